/*
 * A busy node at its door: mac1, mac2, cookies, and who is worked for. docs/protocol.md section 5; src/protocol/handshake/cookies.ts,
 * macs.ts.
 *
 * An honest initiator sends from H. Another sends INITs from W, an address of his own, and in the name of V, which is somebody
 * else's; he may know the responder's key, hence make a right mac1 and an INIT that opens. An observer of H's INITs may also forge
 * COOKIEs that open, FORGED for each INIT, and have them arrive before or after the true one. Load comes and goes as it likes, or
 * stays.
 *
 * README.md has the properties in words, the bounds and the mutants.
 */
#ifndef FORGED
#define FORGED 0
#endif
#ifndef LOSSES
#define LOSSES 1	/* of the honest initiator's datagrams, and of those for it */
#endif
#ifndef UNLUCKY
#define UNLUCKY 3	/* wrong choices at random in a row: ONE_AT_RANDOM */
#endif

#define H 0
#define W 1
#define V 2

/* What an INIT carries for a cookie: nothing, a forged one, or one that was made for an address under the secret of a time. */
#define NOTHING 0
#define WRONG 1
#define made(address, secret) (2 + (address) * 3 + (secret))
#define NO_INIT 255

#define INIT_BYTES 144
#define RESP_BYTES 84
#define COOKIE_BYTES 64

/* The responder's. */
bool loaded;		/* more handshakes than it has time for */
bool crowded;		/* more INITs in the name of one peer than a peer needs */
byte secret;		/* R, of which there are three in turn */
bool previous;		/* cookies of the R before are still good */
bool tokens[3];		/* of each address, for INITs with a right mac2 */

/* The honest initiator's. */
bool due;		/* its timer fired */
bool in;		/* it was answered */
byte newest = NOTHING;
byte older = NOTHING;
bit turn;
byte unlucky;
bool seen;		/* a cookie since the last INIT */
byte sent = NO_INIT;	/* on its way, with that cookie */
byte cookie = NOTHING;	/* the answer on its way, likewise */
bool response;		/* on its way */
byte losses = LOSSES;
byte forged;		/* left for this INIT */

/* The other's: the cookie that W got last. */
byte own = NOTHING;

/* Known to nobody. */
byte worked_for_w;	/* since the last tick, under load */
byte answer_bytes;
bool worked;
bool accepted;

/* mac2 fits. */
#ifdef MUTANT_NO_ADDRESS_IN_COOKIE
#define is_of(address, given, under) (given == made(H, under) || given == made(W, under) || given == made(V, under))
#else
#define is_of(address, given, under) (given == made(address, under))
#endif
#define is_right(address, given) (is_of(address, given, secret) || (previous && is_of(address, given, (secret + 2) % 3)))
#define is_true(kept) is_right(H, kept)

inline answer(bytes)
{
	answer_bytes = answer_bytes + bytes
}

/* DH, and what follows from it. */
inline work(address, right)
{
	worked = true;
	if
	:: crowded && !right -> answer(COOKIE_BYTES)
	:: else ->
		accepted = true;
		answer(RESP_BYTES)
#ifdef MUTANT_COOKIE_TOO
		;
		answer(COOKIE_BYTES)
#endif
	fi
}

/* An INIT: what is done for it, and how long the answer is. Sets "worked", "accepted", "answer_bytes". */
inline receive_init(address, mac1, given)
{
	worked = false;
	accepted = false;
	answer_bytes = 0;
	if
#ifdef MUTANT_COOKIE_BEFORE_MAC1
	:: !mac1 && loaded -> answer(COOKIE_BYTES)
#endif
	:: !mac1 -> skip
	:: mac1 && !loaded -> work(address, is_right(address, given))
#ifdef MUTANT_INVERTED_MAC2
	:: mac1 && loaded && is_right(address, given) -> answer(COOKIE_BYTES)
	:: mac1 && loaded && !is_right(address, given) && !tokens[address] -> skip
	:: mac1 && loaded && !is_right(address, given) && tokens[address] ->
#else
	:: mac1 && loaded && !is_right(address, given) -> answer(COOKIE_BYTES)
	:: mac1 && loaded && is_right(address, given) && !tokens[address] -> skip
	:: mac1 && loaded && is_right(address, given) && tokens[address] ->
#endif
#ifndef MUTANT_NO_TOKENS
		tokens[address] = false;
#endif
		work(address, true)
	fi;
	/* Strangers get no answer. */
	assert(mac1 || answer_bytes == 0);
	/* No answer is more than 0.6 of what it answers. */
	assert(answer_bytes * 10 <= INIT_BYTES * 6);
	/* Under load nothing is computed for whoever does not read what is sent to his address … */
	assert(!(loaded && worked && address == V));
	/* … and for no address more than its tokens allow. */
	if
	:: loaded && worked && address == W -> worked_for_w++; assert(worked_for_w <= 1)
	:: else
	fi;
	/* Nor does one who is crowded out make a session. */
	assert(!(crowded && accepted && address == V))
}

/* What the responder answered, as somebody who reads there sees it. */
inline learn(address, what)
{
	if
	:: answer_bytes == COOKIE_BYTES -> what = made(address, secret)
	:: else
	fi
}

/* A COOKIE that opens is kept, and nothing is sent. */
#ifdef ONE_AT_RANDOM
/* One of those that came for the last INIT, each with the same chance. */
inline keep(what)
{
	if
	:: !seen -> newest = what
	:: seen && (unlucky < UNLUCKY || is_true(what) || !is_true(newest)) ->
		unlucky = (is_true(newest) && !is_true(what) -> unlucky + 1 : unlucky);
		newest = what
	:: seen && (unlucky < UNLUCKY || !is_true(what)) -> unlucky = (is_true(what) -> unlucky + 1 : unlucky)
	fi;
	seen = true
}
#else
inline keep(what)
{
	if
	:: what == newest && what != WRONG
	:: else ->
#ifndef MUTANT_ONE_COOKIE
		older = newest;
#endif
		newest = what
	fi
#ifdef MUTANT_COOKIE_SENDS
	;
	send_init(what)
#endif
}
#endif

inline send_init(with)
{
	/* The timer alone makes it send. */
	assert(due);
	due = false;
	sent = with;
	forged = FORGED
}

active proctype initiator()
{
	do
	:: atomic {
		due && !in && sent == NO_INIT ->
		if
		:: older == NOTHING || turn == 0 -> turn = 1 - turn; send_init(newest)
		:: older != NOTHING && turn == 1 -> turn = 0; send_init(older)
		fi;
#ifdef ONE_AT_RANDOM
		seen = false;
		unlucky = (is_true(newest) -> 0 : unlucky)
#endif
	   }
	:: atomic { cookie != NOTHING -> keep(cookie); cookie = NOTHING }
	:: d_step { response -> response = false; in = true }
	od
}

active proctype responder()
{
	do
	:: d_step {
		sent != NO_INIT ->
		receive_init(H, true, sent);
		sent = NO_INIT;
		learn(H, cookie);
		response = response || accepted
	   }
	od
}

/* Load and crowds are of others' making. */
active proctype others()
{
	do
	:: loaded = true
	:: loaded = false
	:: crowded = true
	:: crowded = false
	:: d_step { true -> receive_init(W, true, NOTHING); learn(W, own) }
	:: d_step { true -> receive_init(W, true, own); learn(W, own) }
	:: d_step { true -> receive_init(V, true, NOTHING) }
	:: d_step { true -> receive_init(V, true, WRONG) }
	:: d_step { true -> receive_init(V, true, own) }
	:: d_step { true -> receive_init(V, false, NOTHING) }
#if FORGED > 0
	:: atomic { forged > 0 && !due -> forged--; keep(WRONG) }
#endif
	:: losses > 0 && sent != NO_INIT -> losses--; sent = NO_INIT
	:: losses > 0 && cookie != NOTHING -> losses--; cookie = NOTHING
	:: losses > 0 && response -> losses--; response = false
	od
}

/* Time passes once what is on its way has arrived. */
active proctype clock()
{
	do
	:: atomic {
		!due && sent == NO_INIT && cookie == NOTHING && !response ->
		due = !in;
		worked_for_w = 0;
		tokens[H] = true;
		tokens[W] = true;
		tokens[V] = true;
		/* A secret serves for many ticks, and its predecessor for the time until the next INIT. */
		if
		:: previous -> previous = false
		:: !previous -> secret = (secret + 1) % 3; previous = true
		:: !previous
		fi
	   }
	od
}

/* Whatever the load, one who reads what is sent to him gets in. */
ltl gets_in { <> in }
