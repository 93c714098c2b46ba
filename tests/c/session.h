/* An open bundle in memory of exactly the size that mt_memory_needed asks for. */
#ifndef SESSION_H
#define SESSION_H

#include <stdlib.h>

#include "catalogue.h"
#include "martello.h"

typedef struct session {
  mt_recommender *rec;
  void *memory;
} session;

/* `shift` < 64 moves the memory off its alignment, which the caller need not care about. */
static inline session open_session(const unsigned char *bundle, size_t length, size_t shift) {
  session s = {NULL, NULL};
  mt_error error;
  size_t needed = 0;
  if (mt_memory_needed(bundle, length, length, &needed, &error) != MT_OK) {
    fprintf(stderr, "%s\n", error.message);
    abort();
  }
  s.memory = malloc(shift + needed);
  CHECK(mt_open(bundle, length, length, (char *)s.memory + shift, needed, &s.rec, &error) == MT_OK);
  return s;
}

static inline void drop_session(session *s) { free(s->memory); }

#endif
