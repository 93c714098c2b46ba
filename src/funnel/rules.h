/* The rules of a request: the bundle's, as the request changes them. A rule keeps its number, by which a slate tells which
 * rules had a part in it. What may be recommended at all is settled here, before recall; the rest is rerank/slate.h.
 */
#ifndef MT_FUNNEL_RULES_H
#define MT_FUNNEL_RULES_H

#include "bundle/bundle.h"
#include "funnel/request.h"
#include "rerank/explore.h"

typedef struct mt_rules_stage {
  mt_rules policy;
  mt_rules rules; /* … as this request has changed them */
  mt_impressions impressions;
  uint8_t *permitted;   /* bitmap: what the policy's rules permit, kept from request to request */
  uint64_t permitted_by; /* the rules that it is of; 0: none yet */
} mt_rules_stage;

/* MT_NOT_READY where the rules have not arrived: nothing is recommended without them. */
mt_status mt_rules_open(const mt_bundle *bundle, const mt_rule_world *world, mt_rules_stage *stage, mt_error *error);
void mt_rules_reserve(mt_arena *arena, uint32_t items, mt_rules_stage *stage);

void mt_rules_begin(mt_rules_stage *stage);

/* Clears what the rules do not permit from what the request may be given. */
void mt_rules_narrow(mt_rules_stage *stage, const mt_attribute *attributes, uint32_t items, mt_request *request);

#endif
