/* The postings source: the lists of what the history touches, summed; or one list that says the same to everybody. */
#ifndef MT_RECALL_POSTINGS_H
#define MT_RECALL_POSTINGS_H

#include "recall/lists.h"
#include "recall/source.h"

/* Views postings section `ordinal`, whose keys are what a history has: its items, or values of a category of theirs. */
mt_status mt_recall_open_lists(const mt_source_view *view, uint32_t ordinal, mt_recall_lists *lists, mt_error *error);

#endif
