/*
 * Sessions of two nodes, 0 and 1: handshakes, pending, current and retired sessions, loss, repetition, any order, restarts.
 * docs/protocol.md sections 4 and 7; src/protocol/calling.ts, answering.ts, sessions.ts, recovery.ts.
 *
 * A slot is a handshake and the session that grows from it: what its initiator knows, what its responder knows, and what is on
 * its way. First anything may happen; then, from some moment on, the network is "good": nothing is lost, nobody restarts,
 * datagrams are quicker than timers, and the nodes have their turns one after the other.
 *
 * README.md has the properties in words, the bounds and the mutants.
 */
#ifndef SLOTS
#define SLOTS 3
#endif
#ifndef RENEWALS
#define RENEWALS 1	/* by a timer, while the network is good */
#endif
#ifndef REPLAYS
#define REPLAYS 1	/* of an INIT, while the network is good */
#endif
#ifdef BEHIND_NAT
/* Node 1 has another address in each of its lives, and node 0 knows it once DATA came from it. */
#define LEAST_LOAD 2	/* node 1 has data: node 0 could not find it */
#define reachable(n) (n == 0 || found)
#else
#define reachable(n) true
#define LEAST_LOAD 1
#endif
#define SILENCE 2	/* turns without an answer until a call begins: the other one has its turn in between */

/* What there is of a slot. "Old" is what a former life of the responder made. */
#define BY_1		(1 << 0)	/* node 1 is the initiator, not 0 */
#define INIT		(1 << 1)	/* on its way, or in somebody's recording */
#define WAITS		(1 << 2)	/* the initiator waits for RESP */
#define RESP		(1 << 3)	/* on its way */
#define RESP_OLD	(1 << 4)
#define HAS		(1 << 5)	/* the initiator has the session … */
#define HAS_OLD		(1 << 6)	/* … as a former life of the responder had it … */
#define CURRENT		(1 << 7)	/* … and sends under it … */
#define CONFIRMING	(1 << 8)	/* … and repeats itself, since nothing came under it yet */
#define ANSWERED	(1 << 9)	/* the responder remembers the INIT */
#define PENDING		(1 << 10)	/* the responder receives, and does not send */
#define CONFIRMED	(1 << 11)	/* the responder has the session … */
#define R_CURRENT	(1 << 12)	/* … and sends under it */
#define DATA		(1 << 13)	/* of the initiator, on its way */
#define DATA_OLD	(1 << 14)	/* of the initiator, under HAS_OLD */
#define R_DATA		(1 << 15)	/* of the responder */
#define R_DATA_OLD	(1 << 16)	/* of the responder's former life */
#define TAKEN		(1 << 17)	/* known to no node: the initiator took the answer that the responder stands by */

#define ALL ((1 << 18) - 1)
#define ON_THE_WAY (INIT | RESP | RESP_OLD | DATA | DATA_OLD | R_DATA | R_DATA_OLD)
#define ALIVE (ON_THE_WAY | WAITS | CURRENT | PENDING | R_CURRENT)
#define OF_INITIATOR (WAITS | HAS | HAS_OLD | CURRENT | CONFIRMING)
#define OF_RESPONDER (ANSWERED | PENDING | CONFIRMED | R_CURRENT | TAKEN)

int slot[SLOTS];
bool call[2];		/* under way */
bool up;		/* each node sends under a session that the other has */
bool good;
#ifdef BEHIND_NAT
bool found;
#endif
/* While the network is good: */
bool loaded[2];		/* the node always has data to send */
byte unheard[2];	/* turns since data was sent and nothing came */
bool owes[2];		/* data came, and nothing was sent since */
bool recovered[2];	/* DATA under an unknown index made the node send an INIT in this turn */
bit next;		/* whose turn it is */
bool overlap;		/* it may come before what is on its way arrives */
byte renewals = RENEWALS;
byte replays = REPLAYS;

#ifdef MUTANT_NO_SILENCE
#define silent(n) false
#else
#define silent(n) (unheard[n] == SILENCE)
#endif

/* Scratch, zero between steps. */
byte k;
int held;
int before;
bool sends;
bit node;
byte load;
byte calls;
byte repeats;

#define initiator(s) (slot[s] & BY_1)
#define sends_under(s, n) ((initiator(s) == n && (slot[s] & CURRENT)) || (initiator(s) != n && (slot[s] & R_CURRENT)))
#define all(it, what) (((it) & (what)) == (what))
#define clear(s, what) slot[s] = slot[s] & ~(what)
#define put(s, what) slot[s] = slot[s] | (what)
#define when(condition, what) if :: condition -> what :: else fi
#define somewhere(what) ((slot[0] | slot[1] | slot[SLOTS - 2] | slot[SLOTS - 1]) & (what))
#define nothing_on_the_way (somewhere(ON_THE_WAY) == 0)

c_code {
	#define drop_unless(needed, what) if (!(needed)) *it &= ~(what)

	/* Forgets what can have no effect any more, so that states are one that nobody can tell apart. */
	static void settle_one(int *it)
	{
		drop_unless(*it & (INIT | RESP | RESP_OLD), WAITS);
		drop_unless(*it & WAITS, RESP | RESP_OLD);
		drop_unless(*it & (WAITS | DATA) || all(*it, HAS | CURRENT), PENDING);
		drop_unless(*it & (CURRENT | R_DATA | R_DATA_OLD) || all(*it, HAS | R_CURRENT) || all(*it, HAS | PENDING | DATA), HAS | HAS_OLD);
		drop_unless(*it & (R_CURRENT | DATA) || all(*it, HAS | CURRENT), CONFIRMED);
		drop_unless(*it & INIT, ANSWERED);
		drop_unless(*it & CURRENT, CONFIRMING);
		drop_unless(*it & (PENDING | CONFIRMED), TAKEN);
		drop_unless(*it & ALIVE, ALL);
	}

#ifdef TRACE
	/* For whoever reads a counterexample. */
	static void show(void)
	{
		static const char *const names[] = { "by 1", "INIT", "waits", "RESP", "RESP-old", "has", "has-old", "CURRENT", "confirming",
			"answered", "pending", "confirmed", "R-CURRENT", "DATA", "DATA-old", "R-DATA", "R-DATA-old", "taken" };

		for (int i = 0; i < SLOTS; i++) {
			if (!now.slot[i])
				continue;
			printf(" [%s", now.slot[i] & BY_1 ? "" : "by 0");
			for (int bit = 0; bit < 18; bit++)
				if (now.slot[i] >> bit & 1)
					printf("%s%s", bit ? " " : "", names[bit]);
			printf("]");
		}
		printf("%s%s%s\n", now.call[0] ? " 0 calls" : "", now.call[1] ? " 1 calls" : "", now.up ? " up" : "");
	}
#endif

	/* … and puts the slots in order. Then looks whether all is well. */
	static void settle(void)
	{
		int sends[2] = { 0, 0 };

		for (int i = 0; i < SLOTS; i++)
			settle_one(&now.slot[i]);
		for (int i = 1; i < SLOTS; i++)
			for (int k = i; k > 0 && now.slot[k - 1] < now.slot[k]; k--) {
				int held = now.slot[k];

				now.slot[k] = now.slot[k - 1];
				now.slot[k - 1] = held;
			}
		now.up = 1;
		for (int i = 0; i < SLOTS; i++) {
			int it = now.slot[i], initiator = it & BY_1;

			if (it & CURRENT) {
				sends[initiator] = 1;
				now.up &= (it & HAS) && (it & (PENDING | CONFIRMED));
			}
			if (it & R_CURRENT) {
				sends[!initiator] = 1;
				now.up &= (it & HAS) != 0;
			}
		}
		now.up &= sends[0] && sends[1];
#ifdef TRACE
		show();
#endif
		now.k = now.held = now.before = now.node = now.sends = 0;
	}
}

/* A responder sends only under what its initiator has, or had. */
inline send_under(s, n)
{
	if
	:: initiator(s) == n && (slot[s] & HAS_OLD) -> when(reachable(1 - n), put(s, DATA_OLD))
	:: initiator(s) == n && !(slot[s] & HAS_OLD) -> assert(slot[s] & HAS); when(reachable(1 - n), put(s, DATA))
	:: initiator(s) != n -> assert(slot[s] & TAKEN); when(reachable(1 - n), put(s, R_DATA))
	fi;
	owes[n] = false
}

inline send_under_current(n)
{
	for (k : 0 .. SLOTS - 1) {
		when(sends_under(k, n), send_under(k, n))
	}
}

/* Its predecessor is retired: it only receives. */
inline use(s, n)
{
	for (k : 0 .. SLOTS - 1) {
		if
		:: initiator(k) == n -> clear(k, CURRENT | CONFIRMING)
		:: else -> clear(k, R_CURRENT)
		fi;
#ifdef MUTANT_NOTHING_RETIRED
		if
		:: k == s -> skip
		:: k != s && initiator(k) == n -> clear(k, HAS | HAS_OLD)
		:: k != s && initiator(k) != n -> clear(k, CONFIRMED)
		fi
#endif
	}
	if
	:: initiator(s) == n -> put(s, CURRENT)
	:: else -> put(s, R_CURRENT)
	fi
}

/* Unless there is no room for it: then it is as good as lost. */
inline send_init(n)
{
	k = 0;
	do
	:: k < SLOTS && slot[k] -> k++
	:: else -> break
	od;
	when(k < SLOTS && reachable(1 - n), slot[k] = INIT | WAITS | n)
}

inline begin_call(n)
{
	call[n] = true;
	send_init(n)
}

inline heard(n)
{
#ifdef BEHIND_NAT
	when(n == 0, found = true);
#endif
	unheard[n] = 0;
	when(loaded[1 - n], owes[n] = true)
}

inline unknown_index(n)
{
	when(!call[n] && !recovered[n], recovered[n] = good; send_init(n))
}

inline forget_handshakes(n)
{
	for (k : 0 .. SLOTS - 1) {
		when(initiator(k) == n, clear(k, WAITS))
	}
}

inline answer(s, n)
{
	put(s, PENDING | ANSWERED | RESP);
#ifdef MUTANT_CLOBBER
	call[n] = false;
	forget_handshakes(n);
#endif
#ifdef MUTANT_PROMOTE_ON_INIT
	use(s, n);
#endif
#ifdef MUTANT_SEND_UNDER_PENDING
	send_under(s, n);
#endif
}

inline receive_init(s, n)
{
	if
	:: slot[s] & PENDING -> put(s, RESP)
#ifdef MUTANT_TIE_BREAK
	/* The node of the smaller key insists on its own call. */
	:: !(slot[s] & PENDING) && call[n] && n == 0 -> skip
#endif
#ifdef MUTANT_ANSWER_AGAIN
	:: else ->
#else
	:: !(slot[s] & PENDING) && (slot[s] & ANSWERED) -> skip
	:: else ->
#endif
		/* An INIT makes one session in a life of its responder. */
		assert(!(slot[s] & ANSWERED));
		answer(s, n)
	fi
}

inline receive_response(s, n, had)
{
	if
	:: slot[s] & WAITS ->
		forget_handshakes(n);
		call[n] = false;
		use(s, n);
		put(s, had);
		when(good, put(s, CONFIRMING));
		when(had == HAS, put(s, TAKEN));
		send_under(s, n)
	:: else
	fi
}

/* Of the initiator, under the session as the responder has it. */
inline receive_data(s, n)
{
	if
	:: slot[s] & PENDING ->
		clear(s, PENDING);
		put(s, CONFIRMED);
		call[n] = false;
#ifndef MUTANT_CONFIRM_WITHOUT_USE
		use(s, n);
		send_under(s, n);
#endif
		heard(n)
	:: !(slot[s] & PENDING) && (slot[s] & CONFIRMED) -> heard(n)
	:: else -> unknown_index(n)
	fi
}

/* Of the responder. */
inline receive_r_data(s, n, had)
{
	if
	:: slot[s] & had -> clear(s, CONFIRMING); heard(n)
	:: else -> unknown_index(n)
	fi
}

/* Under what each node sends. */
inline note_currents()
{
	held = 0;
	for (k : 0 .. SLOTS - 1) {
		held = held * 4 + (slot[k] & CURRENT) / CURRENT + 2 * (slot[k] & R_CURRENT) / R_CURRENT
	}
}

#define arrives_INIT(s) \
	note_currents(); \
	before = held; \
	receive_init(s, node); \
	note_currents(); \
	/* An INIT changes nothing of what anybody sends under. */ \
	assert(held == before)
#define arrives_RESP(s) receive_response(s, node, HAS)
#define arrives_RESP_OLD(s) receive_response(s, node, HAS_OLD)
#define arrives_DATA(s) receive_data(s, node)
#define arrives_DATA_OLD(s) unknown_index(node)
#define arrives_R_DATA(s) receive_r_data(s, node, HAS)
#define arrives_R_DATA_OLD(s) receive_r_data(s, node, HAS_OLD)

inline restart(n)
{
#ifdef BEHIND_NAT
	found = false;
#endif
	for (k : 0 .. SLOTS - 1) {
		if
		:: initiator(k) == n -> clear(k, OF_INITIATOR)
		:: else ->
			clear(k, OF_RESPONDER);
			when(slot[k] & RESP, clear(k, RESP); put(k, RESP_OLD));
			when(slot[k] & HAS, clear(k, HAS); put(k, HAS_OLD));
			when(slot[k] & DATA, clear(k, DATA); put(k, DATA_OLD));
			when(slot[k] & R_DATA, clear(k, R_DATA); put(k, R_DATA_OLD))
		fi
	}
}

/* An empty packet, again. */
inline confirm_again(n)
{
	for (k : 0 .. SLOTS - 1) {
		when(initiator(k) == n && (slot[k] & CONFIRMING), send_under(k, n))
	}
}

inline look(n)
{
	sends = false;
	for (k : 0 .. SLOTS - 1) {
		when(sends_under(k, n), sends = true)
	}
}

/* What is due when nothing is on its way any more. */
inline take_turn(n, renews)
{
#ifdef TWINS
	check_twins();
#endif
	look(n);
	recovered[n] = false;
	confirm_again(n);
	if
	:: call[n] -> send_init(n)
	:: !call[n] && (renews || silent(n) || (loaded[n] && !sends)) -> begin_call(n)
	:: else
	fi;
	if
	:: sends && loaded[n] ->
		send_under_current(n);
		when(unheard[n] < SILENCE, unheard[n]++)
	:: sends && !loaded[n] && owes[n] -> send_under_current(n)
	:: else
	fi;
	next = 1 - n;
	overlap = !overlap && !nothing_on_the_way
}

/* Who has data to send, who calls already, and whether those who wait for a first answer under a session still repeat themselves. */
inline become_good(load, calls, repeats)
{
	good = true;
	loaded[0] = load & 1;
	loaded[1] = load >> 1;
	call[0] = calls & 1;
	call[1] = calls >> 1;
	for (k : 0 .. SLOTS - 1) {
		when(repeats && (slot[k] & CURRENT), put(k, CONFIRMING))
	}
}

/* When all is quiet, both send under one session, or under two that each other began. */
inline check_twins()
{
	if
	:: up && somewhere(ON_THE_WAY | PENDING) == 0 && !call[0] && !call[1] ->
		held = 0;
		for (k : 0 .. SLOTS - 1) {
			when((slot[k] & (CURRENT | R_CURRENT)) == CURRENT, held = held | 1);
			when((slot[k] & (CURRENT | R_CURRENT)) == R_CURRENT, held = held | 2)
		}
		assert(held == 0 || held == 2)
	:: else
	fi
}

#define event(condition, what) :: d_step { condition -> what; c_code { settle(); } }
#define say(n, what) printf("\nnode %d: ", n); printf(what)

#if defined(TWINS) && !defined(LIMIT_OVERTAKEN)
/* What a node sent under its last session has arrived, or is lost, before it has another one. */
#define sent_by(s, n) ((slot[s] & BY_1) == n && (slot[s] & DATA))
#define in_order(what, n) (what != RESP || !(sent_by(0, n) || sent_by(1, n) || sent_by(SLOTS - 2, n) || sent_by(SLOTS - 1, n)))
#else
#define in_order(what, n) true
#endif

/* DATA counts once; what of INIT and RESP may come twice is lost some time, or not. */
#define fate(s, what, n) \
	event((slot[s] & what) && (!good || (what == INIT && replays > 0)) && in_order(what, n), \
		say(n, #what); when(good, replays--); node = n; overlap = false; arrives_##what(s)) \
	event((slot[s] & what) && good && in_order(what, n), \
		say(n, #what); clear(s, what); node = n; overlap = false; arrives_##what(s)) \
	event((slot[s] & what) && !good, say(n, "lost: "); printf(#what); clear(s, what))
#define fate_of_data(s, what, n) \
	event(slot[s] & what, say(n, #what); clear(s, what); node = n; overlap = false; arrives_##what(s)) \
	event((slot[s] & what) && !good, say(n, "lost: "); printf(#what); clear(s, what))
#define end_of(s, what, also, n) \
	event(!good && (slot[s] & what), say(n, "the end of "); printf(#what); clear(s, what | also))

/* Arrival, loss, and the ends of lifetimes. A pending session outlives the handshake that it answers. */
#define fates(s) \
	fate(s, INIT, (1 - initiator(s))) \
	fate(s, RESP, initiator(s)) \
	fate_of_data(s, RESP_OLD, initiator(s)) \
	fate_of_data(s, DATA, (1 - initiator(s))) \
	fate_of_data(s, DATA_OLD, (1 - initiator(s))) \
	fate_of_data(s, R_DATA, initiator(s)) \
	fate_of_data(s, R_DATA_OLD, initiator(s)) \
	end_of(s, WAITS, 0, initiator(s)) \
	end_of(s, (HAS | HAS_OLD), CURRENT, initiator(s)) \
	end_of(s, CONFIRMED, R_CURRENT, (1 - initiator(s))) \
	event(!good && (slot[s] & PENDING) && !all(slot[s], WAITS | RESP), say(1 - initiator(s), "the end of PENDING"); clear(s, PENDING))

/* What a node may do at any time: send, call for whatever reason, restart. */
#define whims(n) \
	event(!good, say(n, "sends"); send_under_current(n)) \
	event(!good, say(n, "calls"); send_init(n)) \
	event(!good, say(n, "restarts"); restart(n))

active proctype world()
{
	do
	fates(0)
	fates(1)
#if SLOTS > 2
	fates(2)
#endif
#if SLOTS > 3
	fates(3)
#endif
	whims(0)
	whims(1)
	event(good && (nothing_on_the_way || overlap), say(next, "has its turn"); take_turn(next, false))
	event(good && (nothing_on_the_way || overlap) && up && !call[next] && renewals > 0,
		say(next, "has its turn, and renews"); renewals--; take_turn(next, true))
	/* What is still on its way has arrived by then, or is lost: whatever follows from it has happened. */
	:: !good && somewhere(ON_THE_WAY & ~INIT) == 0 ->
		atomic {
			printf("\ngood");
			select(load : LEAST_LOAD .. 3);
			select(calls : 0 .. 3);
			select(repeats : 0 .. 1);
			d_step { become_good(load, calls, repeats); load = 0; calls = 0; repeats = 0; c_code { settle(); } }
		}
	od
}

ltl recovers { [] (good -> <> up) }
ltl stays { [] ((good && up) -> [] up) }
