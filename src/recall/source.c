#include "recall/source.h"

#define MT_SOURCE_ENTRY(name, number, verbs) [MT_SOURCE_##name] = &mt_source_##verbs,
static const mt_source_verbs *const verbs_of[MT_SOURCE_KINDS_END] = {MT_SOURCE_KINDS(MT_SOURCE_ENTRY)};
#undef MT_SOURCE_ENTRY

mt_status mt_source_open(const mt_source *source, const mt_source_view *view, mt_source_work *work, mt_error *error) {
  memset(work, 0, sizeof *work);
  work->verbs = verbs_of[source->kind];
  mt_status status = work->verbs->open(work, source, view, error);
  if (status != MT_OK) memset(work, 0, sizeof *work);
  return status;
}

bool mt_source_is_complete(const mt_source_work *work, const mt_source *source, const mt_source_view *view) {
  return work->verbs->is_complete == NULL || work->verbs->is_complete(source, view);
}

void mt_source_reserve(mt_arena *arena, const mt_source *source, const mt_source_view *view, mt_source_work *work) {
  if (work->verbs->reserve != NULL) work->verbs->reserve(work, source, view, arena);
}

mt_status mt_source_weigh(mt_source_work *work, const mt_source *source, const mt_inputs *inputs, mt_reading *reading_ret,
                          mt_error *error) {
  *reading_ret = (mt_reading){true, true};
  return work->verbs->weigh == NULL ? MT_OK : work->verbs->weigh(work, source, inputs, reading_ret, error);
}

const float *mt_source_query(const mt_source_work *work, uint32_t *space_ret) {
  return work->verbs->query == NULL ? NULL : work->verbs->query(work, space_ret);
}

bool mt_source_explain(const mt_source_work *work, const mt_explained *picks) {
  if (work->verbs->explain != NULL) work->verbs->explain(work, picks);
  return work->verbs->share != NULL;
}
