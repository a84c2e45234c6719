/* Whether the vector units of x86 are there to be asked for. Given as 0, a build as for any other processor. */
#ifndef TV_X86_H
#define TV_X86_H

#ifndef TV_X86
#ifdef __x86_64__
#define TV_X86 1
#else
#define TV_X86 0
#endif
#endif

#endif
