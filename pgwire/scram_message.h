/*
 * scram_message: reading the client's two SCRAM messages. Views into the message; errors as
 * PostgreSQL words them.
 */
#ifndef PGW_SCRAM_MESSAGE_H
#define PGW_SCRAM_MESSAGE_H

#include "internal.h"

#define SCRAM_BINDING "tls-server-end-point"

struct scram_first {
	char gs2;             /* n, y or p */
	struct pgw_span bare; /* the message without its gs2 header */
	struct pgw_span nonce;
};

struct scram_final {
	struct pgw_span binding; /* c=, still in base64 */
	struct pgw_span nonce;
	struct pgw_span without_proof;
	uint8_t proof[PGW_HASH];
};

/* plus: the mechanism binds the channel. tls: the server could have bound it. False: e is FATAL. */
bool scram_first_parse(const char *in, size_t n, bool plus, bool tls, struct scram_first *m,
		       struct pgw_error *e) PGW_MUSTCHECK;

/*
 * want: what c= must hold, in base64; its absence is worded by plus. False: e is FATAL.
 */
bool scram_final_parse(const char *in, size_t n, bool plus, struct pgw_span want,
		       struct scram_final *m, struct pgw_error *e) PGW_MUSTCHECK;

/* A cursor over attr=value,attr=value. At the end it reads as NUL, as PostgreSQL's strings do. */
struct scram_cursor {
	const char *p, *end;
	struct pgw_error *e;
};

bool scram_attr(struct scram_cursor *c, char attr, struct pgw_span *value) PGW_MUSTCHECK;
bool scram_any_attr(struct scram_cursor *c, char *attr, struct pgw_span *value) PGW_MUSTCHECK;

#endif
