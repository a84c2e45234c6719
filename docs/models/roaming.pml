/*
 * Roaming: where a node sends to, when its peer moves, and when somebody copies the peer's packets and is quicker than they are,
 * or also relays what he is sent. docs/protocol.md section 8; src/protocol/roaming.ts.
 *
 * The peer has two addresses, P and Q, and sends from one of them; E is another's. Three processes besides the node's own clock:
 * what the peer does, what E does, and time. None of them is kept waiting for ever.
 *
 * README.md has the properties in words, the bounds and the mutants.
 */
#ifndef MOVES
#define MOVES 2		/* of the peer, of which each may be said, or not */
#endif
#ifndef STOLEN_ANSWERS
#define STOLEN_ANSWERS 2	/* that E's copy reaches the node before; of packets with data, any number */
#endif
/* RELAYS: E passes on what he is sent, in both directions. Else he only copies. */

#define P 0
#define Q 1
#define E 2
#define NOBODY 3

/* A challenge and its answer. */
mtype = { none, asked, told };

/* The node's. */
byte in_use = P;		/* the active address */
bool settled;		/* adopted 30 s ago */
byte candidate = NOBODY;
bool active_answered;
bool candidate_answered;
bool candidate_first;
bool said_moved;
byte held_down;		/* a bit an address */

/* On the way. */
mtype to_active = none;
mtype to_candidate = none;
bool news;		/* the peer's "I moved" */
bool withheld;		/* an older one, which E did not let through */

/* The peer's. */
byte at = P;
byte homes = 1;		/* a bit an address: where it receives, and answers */
byte moves = MOVES;
bool still;		/* it will not move again */

/* E's. */
byte stolen_answers = STOLEN_ANSWERS;
bool gone;

bool heard;		/* the peer itself, while no decision was under way, since something was held down */
/* Known to nobody: */
bool proved;		/* the candidate's challenge was answered where it was sent */
bool fresh;		/* said_moved came with the peer's newest packet */
bool away;		/* the peer was not at the active address at some time since the contest began */

#define is_home(address) (address != E && (homes >> address) & 1)
#define is_held_down(address) ((held_down >> address) & 1)
#define under_way(challenge) (challenge != none)

inline open(source)
{
	candidate = source;
	away = !is_home(in_use);
	to_candidate = asked;
#ifndef MUTANT_NO_OLD_PROBE
	to_active = asked;
#endif
}

inline end_contest()
{
	candidate = NOBODY;
	to_active = none;
	to_candidate = none;
	active_answered = false;
	candidate_answered = false;
	candidate_first = false;
	said_moved = false;
	proved = false;
	fresh = false;
	away = false
}

inline move_to(address)
{
	/* One who only copies packets is never sent to. */
#ifndef RELAYS
	assert(address != E);
#endif
	in_use = address;
	settled = false
}

/* A packet of the peer's, perhaps a copy. "newest": it advances the window's head; "moved": it says so. */
inline receive(source, newest, moved)
{
	if
	:: source != E && candidate == NOBODY -> heard = true
	:: else
	fi;
	if
#ifdef MUTANT_NO_CHALLENGE
	:: newest && source != in_use -> move_to(source)
#endif
	:: newest && source != in_use && candidate == NOBODY && !is_held_down(source) -> open(source)
	:: else
	fi;
	if
	:: moved && source == candidate -> said_moved = true; fresh = fresh || newest
	:: else
	fi
}

/* The answer to the active address's challenge. It says that the peer is there, wherever its copy comes from. */
inline receive_from_active(source)
{
	to_active = none;
	if
#ifdef MUTANT_ONLY_FROM_THERE
	:: source != in_use -> skip
#endif
#ifdef MUTANT_ONE_TOKEN
	:: source == candidate -> candidate_answered = true; candidate_first = !active_answered
#endif
	:: else -> active_answered = true
	fi
}

/* The answer to the candidate's. */
inline receive_from_candidate(source)
{
	to_candidate = none;
	if
	:: source == candidate -> candidate_answered = true; candidate_first = !active_answered
	:: else
	fi
}

inline decide()
{
	if
	:: candidate_answered && (!active_answered || said_moved || (!settled && candidate_first)) ->
		/* Packets go nowhere but where a challenge was answered. */
		assert(proved);
		/* One who relays, and who is quicker, does not take the place of an address that answers, and has for 30 s. */
#ifdef LIMIT_OLD_MOVED
		assert(candidate != E || away || !settled || fresh);
#else
		assert(candidate != E || away || !settled || said_moved);
#endif
#ifndef MUTANT_NO_HOLD_DOWN
		held_down = held_down | (1 << in_use);
#endif
		move_to(candidate)
	:: else ->
#ifndef MUTANT_NO_HOLD_DOWN
		held_down = held_down | (1 << candidate)
#endif
		skip
	fi;
	heard = false;
	end_contest()
}

/* The peer sends, moves, and answers where it is. */
active proctype peer()
{
	do
	:: d_step { receive(at, true, false) }
	:: atomic {
		!still && moves > 0 ->
		moves--;
		at = 1 - at;
		/* Its last address may go on working. */
		if
		:: homes = 1 << at
		:: homes = 3
		fi;
		away = away || (candidate != NOBODY && !is_home(in_use));
		if
		:: news = true
		:: news = false
		fi
	   }
	:: d_step { news -> news = false; receive(at, true, true) }
	:: news -> news = false
	:: !still -> still = true
	od
}

/* Challenges reach the peer, and its answers the node; what is sent to where it is not is lost. */
active proctype answers()
{
	do
	:: d_step { to_active == asked && is_home(in_use) -> to_active = told }
	:: d_step { to_active == asked && !is_home(in_use) && in_use != E -> to_active = none }
	:: d_step { to_active == told -> receive_from_active(in_use) }
	:: d_step { to_candidate == asked && is_home(candidate) -> to_candidate = told; proved = true }
	:: d_step { to_candidate == asked && !is_home(candidate) && candidate != E -> to_candidate = none }
	:: d_step { to_candidate == told -> receive_from_candidate(candidate) }
	od
}

active proctype eve()
{
	do
	/* A copy that is quicker than the packet, which then counts as a repetition. */
	:: d_step { !gone -> receive(E, true, false) }
	:: d_step { !gone && news -> news = false; receive(E, true, true) }
	:: d_step { !gone && to_active == told && stolen_answers > 0 -> stolen_answers--; receive_from_active(E) }
	:: d_step { !gone && to_candidate == told && stolen_answers > 0 -> stolen_answers--; receive_from_candidate(E) }
#ifdef RELAYS
	:: d_step { !gone && to_active == asked && in_use == E -> to_active = told }
	:: d_step { !gone && to_candidate == asked && candidate == E -> to_candidate = told; proved = true }
	/* What he stands in the way of, he can let go late. */
	:: d_step { !gone && news -> news = false; withheld = true }
	:: d_step { !gone && withheld -> withheld = false; receive(E, false, true) }
#endif
	:: !gone -> gone = true
	od
}

/* Two round trips over the active address are long enough for its answer, unless somebody was quicker; so, if nobody has answered by
   then, is what follows for the candidate's. */
#define active_had_time !(under_way(to_active) && is_home(in_use))
#ifdef MUTANT_OLD_ROUND_TRIP
#define candidate_had_time true
#else
#define candidate_had_time (active_answered || candidate_answered || !(under_way(to_candidate) && is_home(candidate)))
#endif

active proctype clock()
{
	do
	:: d_step { candidate != NOBODY && active_had_time && candidate_had_time -> decide() }
	/* Within 10 s a packet of the peer's own is the first to come once. */
	:: d_step { held_down && heard && candidate == NOBODY -> held_down = 0; heard = false }
	:: d_step { !settled -> settled = true }
	od
}

#define there is_home(in_use)

/* Whatever E goes on copying, in the end packets go to where the peer is. */
ltl follows { [] (still -> <> [] there) }
/* They do once E has stopped relaying. */
ltl comes_back { [] ((still && gone) -> <> [] there) }
