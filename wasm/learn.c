/* What the builder uses: the trainers and the writer, as calls with plain numbers. Structures are made here, on the heap,
 * and live until mt_drop; every function that makes one returns 0 and fills `error` where it fails. web/learn/learn.ts
 * types these exports.
 */
#include <stdlib.h>

#include "bundle/attributes.h"
#include "bundle/bundle.h"
#include "bundle/features.h"
#include "bundle/ids.h"
#include "bundle/nodes.h"
#include "bundle/policy.h"
#include "bundle/popularity.h"
#include "bundle/ranker.h"
#include "bundle/postings.h"
#include "bundle/repeats.h"
#include "bundle/tower.h"
#include "bundle/trees.h"
#include "bundle/write.h"
#include "learn/align.h"
#include "learn/als.h"
#include "learn/ask.h"
#include "learn/boost.h"
#include "learn/content.h"
#include "learn/ease.h"
#include "learn/factors.h"
#include "learn/fit.h"
#include "learn/fusion.h"
#include "learn/hops.h"
#include "learn/log.h"
#include "learn/measures.h"
#include "learn/neighbours.h"
#include "learn/popularity.h"
#include "learn/ppmi.h"
#include "learn/repeats.h"
#include "learn/side.h"
#include "learn/spread.h"
#include "learn/transitions.h"
#include "martello.h"
#include "nn/run.h"
#include "rank/trees.h"
#include "funnel/replay.h"
#include "keep.h"

/* Cleared memory at a multiple of 64, where sections are written; 0 where there is none. */
void *mt_take(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64 + 64);
  if (memory != NULL) memset(memory, 0, bytes);
  return memory;
}
void mt_drop(void *memory) { free(memory); }

/* -- the log -- */

mt_log *mt_make_log(uint32_t users, uint32_t items, const uint32_t *counts, uint32_t timed, uint32_t weighted,
                    mt_error *error) {
  mt_log log;
  return keep(&log, sizeof log, mt_log_start(users, items, counts, timed != 0, weighted != 0, &log, error), error);
}
void mt_drop_log(mt_log *log) {
  mt_log_free(log);
  free(log);
}

/* The matrix by user; by item as well, in *by_item_ret. */
mt_lists *mt_make_matrix(const mt_log *log, uint32_t repeats, mt_lists **by_item_ret, mt_error *error) {
  mt_lists by_user, by_item;
  mt_status status = mt_log_matrix(log, (mt_repeat_weight)repeats, &by_user, &by_item, error);
  *by_item_ret = keep(&by_item, sizeof by_item, status, error);
  return keep(&by_user, sizeof by_user, *by_item_ret == NULL ? MT_NO_MEMORY : MT_OK, error);
}
mt_lists *mt_make_transpose(const mt_lists *lists, mt_error *error) {
  mt_lists out;
  return keep(&out, sizeof out, mt_lists_transpose(lists, &out, error), error);
}
/* Lists with room for `entries`, to be filled by the caller through their pointers. */
mt_lists *mt_make_lists(uint32_t keys, uint32_t width, size_t entries, mt_error *error) {
  mt_lists out;
  return keep(&out, sizeof out, mt_lists_alloc(keys, width, entries, &out, error), error);
}
/* The lists of a section. */
mt_lists *mt_make_lists_of(const unsigned char *bytes, uint32_t length, uint32_t items, mt_error *error) {
  mt_postings postings;
  mt_lists out;
  mt_status status = mt_postings_open(bytes, length, items, &postings, error);
  return keep(&out, sizeof out, status == MT_OK ? mt_lists_of(&postings, &out, error) : status, error);
}
void mt_drop_lists(mt_lists *lists) {
  mt_lists_free(lists);
  free(lists);
}

/* Lists with the keys and items of others, which stay where they are, and a copy of their weights. */
mt_lists *mt_make_reweighed(const mt_lists *lists, mt_error *error) {
  mt_lists out = *lists;
  size_t entries = lists->start[lists->keys];
  out.weights = mt_learn_alloc(entries, sizeof *out.weights);
  if (out.weights == NULL) mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u weights", entries);
  else memcpy(out.weights, lists->weights, entries * sizeof *out.weights);
  return keep(&out, sizeof out, out.weights == NULL ? MT_NO_MEMORY : MT_OK, error);
}
void mt_drop_reweighed(mt_lists *lists) {
  free(lists->weights);
  free(lists);
}

/* -- what a device makes of a history, so that training makes the same of it -- */

void mt_rating_weights(const mt_grading *grading, const float *rating, uint32_t rows, float *weight) {
  for (uint32_t row = 0; row < rows; row++) weight[row] = mt_graded_rating(grading, rating[row]);
}

/* -- trainers -- */

/* Several ways at once: exponents[ways][3] of user, key and target, plan[ways][5] of shrinkage, cosine, longest, top and people; the
 * lists that are made, into made[ways]. */
mt_status mt_train_neighbours(const mt_lists *by_user, const mt_lists *by_item, uint32_t ways, const float *exponents,
                              const uint32_t *plan, uint32_t first, uint32_t last, mt_shared *shared, mt_lists **made, mt_error *error) {
  mt_neighbours how[MT_NEIGHBOURS_WAYS];
  mt_lists out[MT_NEIGHBOURS_WAYS];
  for (uint32_t w = 0; w < ways && w < MT_NEIGHBOURS_WAYS; w++) {
    const float *exponent = exponents + 3 * w;
    const uint32_t *own = plan + 5 * w;
    how[w] = (mt_neighbours){exponent[0], exponent[1], exponent[2], (float)own[0], own[1] != 0, own[2], own[3], own[4]};
  }
  MT_TRY(mt_neighbours_train(how, ways, by_user, by_item, first, last, out, shared, error));
  mt_status status = MT_OK;
  for (uint32_t w = 0; w < ways; w++) {
    made[w] = keep(&out[w], sizeof out[w], MT_OK, error);
    if (made[w] == NULL) status = MT_NO_MEMORY;
  }
  return status;
}
mt_lists *mt_make_ease(const mt_lists *by_user, float ridge, uint32_t top, mt_error *error) {
  mt_lists out;
  return keep(&out, sizeof out, mt_ease_train(by_user, ridge, top, &out, error), error);
}
mt_lists *mt_make_ease_order(const mt_log *log, float fading, float ridge, uint32_t top, mt_error *error) {
  mt_lists out;
  return keep(&out, sizeof out, mt_ease_train_order(log, fading, ridge, top, &out, error), error);
}
mt_steps *mt_make_steps(const mt_log *log, uint32_t window, float decay, float back, mt_error *error) {
  mt_transitions how = {.window = window, .decay = decay, .back = back};
  mt_steps steps;
  return keep(&steps, sizeof steps, mt_steps_build(&how, log, &steps, error), error);
}
void mt_drop_steps(mt_steps *steps) {
  mt_steps_free(steps);
  free(steps);
}
mt_lists *mt_make_transitions(const mt_log *log, const mt_steps *steps, uint32_t window, float decay, float key_exponent,
                              float target_exponent, uint32_t top, float back, uint32_t people, uint32_t keeps_few,
                              uint32_t first, uint32_t last, mt_shared *shared, mt_error *error) {
  mt_transitions how = {window, decay, key_exponent, target_exponent, top, back, people, keeps_few != 0};
  mt_lists out;
  return keep(&out, sizeof out, mt_transitions_train(&how, log, steps, first, last, &out, shared, error), error);
}
mt_status mt_find_who(const mt_log *log, const mt_steps *steps, uint32_t window, float decay, float back, uint32_t people,
                      const mt_lists *one, uint32_t first, uint32_t last, uint32_t *who, mt_error *error) {
  mt_transitions how = {.window = window, .decay = decay, .back = back, .people = people};
  return mt_transitions_who(&how, log, steps, one, first, last, who, error);
}
mt_status mt_share_hops(const mt_lists *one, float onward, float *share, mt_error *error) {
  return mt_hops_share(one, onward, share, error);
}
/* who: NULL, or as mt_find_who writes it. */
mt_lists *mt_make_hops(const mt_lists *one, const float *share, const uint32_t *who, uint32_t people, uint32_t fan, uint32_t top,
                       uint32_t first, uint32_t last, mt_error *error) {
  mt_lists out;
  return keep(&out, sizeof out, mt_hops_train(one, share, (mt_walked){who, people}, fan, top, first, last, &out, error), error);
}
mt_status mt_train_als_init(uint32_t dims, uint32_t seed, uint32_t first, uint32_t last, float *out, mt_error *error) {
  mt_als als = {dims, 1, 1, 1, 1};
  return mt_als_init(&als, seed, first, last, out, error);
}
mt_status mt_train_als_gram(uint32_t dims, const float *factors, uint32_t rows, float *gram, mt_error *error) {
  mt_als als = {dims, 1, 1, 1, 1};
  return mt_als_gram(&als, factors, rows, gram, error);
}
mt_status mt_train_als_axes(uint32_t dims, const float *gram, float *axes, float *values, mt_error *error) {
  mt_als als = {dims, 1, 1, 1, 1};
  return mt_als_axes(&als, gram, axes, values, error);
}
mt_status mt_train_als_turn(uint32_t dims, const float *axes, float *factors, uint32_t rows, mt_error *error) {
  mt_als als = {dims, 1, 1, 1, 1};
  return mt_als_turn(&als, axes, factors, rows, error);
}
mt_status mt_train_als_solve(uint32_t dims, float unobserved, float reg, float nu, uint32_t steps, const mt_lists *lists, const float *other,
                             const float *axes, const float *values, uint32_t first, uint32_t last, float *out, mt_error *error) {
  mt_als als = {dims, unobserved, reg, nu, steps};
  return mt_als_solve(&als, lists, other, axes, values, first, last, out, error);
}
/* whole[8]: dims, loss, batch, negatives, among, ahead, walk, positive; numbers[6]: rate, shown, temperature, margin, weight, fading. log: 0
 * where the order is not known; disliked: 0 where nothing was. */
mt_factors *mt_make_factors(const mt_lists *by_user, const mt_lists *by_item, const mt_log *log, const mt_lists *disliked, const uint32_t *whole,
                            const float *numbers, uint32_t seed, mt_error *error) {
  mt_factors_plan plan = {whole[0], whole[1], whole[2], whole[3], whole[4], numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], whole[5], numbers[5], whole[6], whole[7]};
  mt_factors out;
  return keep(&out, sizeof out, mt_factors_start(&plan, by_user, by_item, log, disliked, seed, &out, error), error);
}
void mt_drop_factors(mt_factors *factors) {
  mt_factors_free(factors);
  free(factors);
}
void mt_begin_factors(mt_factors *factors, uint32_t epoch, float pace) { mt_factors_begin(factors, epoch, pace); }
/* How many parts the batch has. */
uint32_t mt_draw_factors(mt_factors *factors, uint32_t batch) {
  mt_factors_draw(factors, batch);
  return mt_factors_parts(factors->people);
}
mt_status mt_visit_factors(mt_factors *factors, uint32_t part, mt_error *error) { return mt_factors_visit(factors, part, error); }
mt_status mt_step_factors(mt_factors *factors, mt_error *error) { return mt_factors_step(factors, error); }

/* Factors through the graph. */
mt_spread *mt_make_spread(mt_factors *factors, const mt_lists *by_item, float strength, mt_error *error) {
  mt_spread out;
  return keep(&out, sizeof out, mt_spread_start(factors, by_item, strength, &out, error), error);
}
void mt_drop_spread(mt_spread *spread) {
  mt_spread_free(spread);
  free(spread);
}
mt_status mt_spread_people(mt_spread *spread, uint32_t way, uint32_t first, uint32_t last, mt_error *error) {
  return mt_spread_to_people(spread, (mt_spread_way)way, first, last, error);
}
mt_status mt_spread_items(mt_spread *spread, uint32_t way, uint32_t first, uint32_t last, mt_error *error) {
  return mt_spread_to_items(spread, (mt_spread_way)way, first, last, error);
}
void mt_turn_spread(mt_spread *spread) { mt_spread_turn(spread); }

/* `start`: vectors to begin from, or NULL (mt_svd). */
mt_status mt_train_content(uint32_t dims, uint32_t steps, uint32_t seed, uint32_t at_least, mt_lists *terms, const float *start,
                           float *vectors, mt_error *error) {
  mt_svd svd = {dims, 12, steps, seed, start};
  MT_TRY(mt_content_tfidf(terms, at_least, error));
  return mt_svd_train(&svd, terms, vectors, NULL, error);
}

mt_status mt_train_item2vec(uint32_t dims, uint32_t steps, uint32_t seed, mt_lists *counts, const float *start, float *vectors,
                            mt_error *error) {
  mt_svd svd = {dims, 12, steps, seed, start};
  MT_TRY(mt_ppmi(counts, error));
  return mt_svd_train(&svd, counts, vectors, NULL, error);
}

/* Weights of both views, in place: see mt_als_weigh. */
mt_status mt_train_als_weigh(float exponent, mt_lists *by_user, mt_lists *by_item, mt_error *error) {
  return mt_als_weigh(exponent, by_user, by_item, error);
}

/* -- measures -- */

mt_gains *mt_make_gains(uint32_t k, mt_error *error) {
  mt_gains gains;
  return keep(&gains, sizeof gains, mt_gains_start(k, &gains, error), error);
}

/* -- fusion -- */

mt_fusion *mt_make_fusion(uint32_t sources, uint32_t k, mt_error *error) {
  mt_fusion fusion;
  return keep(&fusion, sizeof fusion, mt_fusion_start(sources, k, &fusion, error), error);
}
void mt_drop_fusion(mt_fusion *fusion) {
  mt_fusion_free(fusion);
  free(fusion);
}
/* Moves the users of `part`, which is dropped, behind those of `fusion`. */
mt_status mt_join_fusion(mt_fusion *fusion, mt_fusion *part, mt_error *error) {
  mt_status status = mt_fusion_join(fusion, part, error);
  mt_drop_fusion(part);
  return status;
}
/* figures[2]: recall, ndcg. `length`: MT_EVERY_LENGTH for everybody, MT_EVEN_USERS and MT_ODD_USERS for half of them. */
mt_status mt_measure_fusion(const mt_fusion *fusion, uint32_t length, const float *weights, double *figures, mt_error *error) {
  mt_fusion_value value;
  MT_TRY(mt_fusion_measure(fusion, length, weights, &value, error));
  figures[0] = value.recall;
  figures[1] = value.ndcg;
  return MT_OK;
}
/* each[people]: recall + ndcg of every person that was added. */
mt_status mt_measure_fusion_each(const mt_fusion *fusion, const float *weights, float *each, mt_error *error) {
  return mt_fusion_each(fusion, weights, each, error);
}
mt_status mt_search_fusion(const mt_fusion *fusion, uint32_t length, uint32_t among, float gain, float *weights, double *figures,
                           mt_error *error) {
  mt_fusion_value value;
  MT_TRY(mt_fusion_search(fusion, length, among, gain, weights, &value, error));
  figures[0] = value.recall;
  figures[1] = value.ndcg;
  return MT_OK;
}

/* -- asking a bundle -- */

typedef struct mt_asked {
  mt_recommender *rec;
  void *memory;
} mt_asked;

/* Opens a whole bundle; `bytes` stay, at a multiple of 64, until it is dropped. For one thread at a time. */
mt_asked *mt_make_asked(const unsigned char *bytes, size_t length, mt_error *error) {
  mt_asked asked = {NULL, NULL};
  size_t needed;
  mt_status status = mt_memory_needed(bytes, length, length, &needed, error);
  if (status == MT_OK) {
    asked.memory = mt_take(needed);
    status = asked.memory == NULL ? mt_fail(error, MT_NO_MEMORY, "ask: no memory for %u bytes", needed)
                                  : mt_open(bytes, length, length, asked.memory, needed, &asked.rec, error);
  }
  mt_asked *kept = keep(&asked, sizeof asked, status, error);
  if (kept == NULL) free(asked.memory);
  return kept;
}
void mt_drop_asked(mt_asked *asked) {
  free(asked->memory);
  free(asked);
}
uint32_t mt_sources_of_asked(const mt_asked *asked) { return mt_sources(asked->rec); }

/* The arrays stay where they are until it is dropped, with mt_drop; 0: there is none. */
mt_people *mt_make_people(const uint32_t *start, const uint32_t *item, const float *weight, const double *time, const double *now,
                          const uint32_t *held_start, const uint32_t *held, mt_error *error) {
  mt_people people = {start, item, weight, time, now, held_start, held};
  return keep(&people, sizeof people, MT_OK, error);
}

/* A fusion of the persons who[count]; weight[sources], decay[sources]. */
mt_fusion *mt_make_answers(mt_asked *asked, const mt_people *people, const uint32_t *who, uint32_t count, uint32_t k,
                           const float *weight, const float *decay, uint32_t norm_rank, uint32_t places, mt_error *error) {
  mt_question question = {k, weight, decay, norm_rank};
  mt_fusion fusion;
  mt_status status = mt_fusion_start(mt_sources(asked->rec), places, &fusion, error);
  if (status == MT_OK) {
    status = mt_ask(asked->rec, people, who, count, &question, &fusion, error);
    if (status != MT_OK) mt_fusion_free(&fusion);
  }
  return keep(&fusion, sizeof fusion, status, error);
}

/* -- the tower -- */

void mt_write_tower(uint32_t kind, uint32_t stride, uint32_t nu_quarters, float unobserved, float reg, float population,
                    uint32_t program, uint32_t output, const float *gram, unsigned char *out) {
  mt_tower tower = {(mt_tower_kind)kind, stride, nu_quarters, unobserved, reg, population, program, output, gram};
  mt_tower_encode(&tower, out);
}

/* -- trees -- */

/* head: features, outputs, trees, nodes, columns, words, column bits, link, flags; numbers: scale, divisor, base[outputs].
 * Returns the section's length, 0 where it cannot be written; `out` may be NULL. */
size_t mt_write_trees(const uint32_t *head, const double *numbers, const mt_tree_start *tree, const float *edge,
                      const uint32_t *child, const uint32_t *column_of, const mt_tree_column *column, const double *value,
                      const uint32_t *word, unsigned char *out) {
  mt_trees trees = {.base = numbers + 2, .tree = tree, .column = column, .word = word};
  memcpy(&trees, head, 9 * sizeof *head);
  memcpy(&trees.scale, numbers, 2 * sizeof *numbers);
  size_t bytes = mt_trees_bytes(&trees);
  if (out != NULL && bytes > 0) mt_trees_encode(&trees, edge, child, column_of, value, out);
  return bytes;
}

/* A section by itself, for `predict`; `bytes` stay. Give it back with mt_drop. */
mt_trees *mt_make_trees(const unsigned char *bytes, size_t length, mt_error *error) {
  mt_trees trees;
  return keep(&trees, sizeof trees, mt_trees_open(bytes, length, &trees, error), error);
}
size_t mt_room_of_trees(const mt_trees *trees) { return sizeof(float) * mt_trees_room(trees); }
/* out[1 + features]: the bias, then what each feature of the row added. */
void mt_contributions_of_trees(const mt_trees *trees, const float *row, uint32_t output, float *room, double *out) {
  memset(out, 0, (1 + (size_t)trees->features) * sizeof *out);
  out[0] = mt_trees_contribute(trees, row, output, room, out + 1);
}
uint32_t mt_predictions_of_trees(const mt_trees *trees) { return mt_trees_predictions(trees); }

/* -- trees that are trained here -- */

/* how[13]: leaves, least, lambda, rate, smooth, set_lambda, set_least, set_most, top, ndcg, groups, features, seed. `x` may be given
 * back then; `start` and `label` not until the trees are. */
mt_boost *mt_make_boost(const double *how, const float *x, uint32_t features, const uint8_t *category, uint32_t groups,
                        const uint32_t *start, const float *label, mt_error *error) {
  mt_boosting plan = {
      .growth = {(uint32_t)how[0], (uint32_t)how[1], how[2], how[3], how[4], how[5], (uint32_t)how[6], (uint32_t)how[7]},
      .top = (uint32_t)how[8],
      .ndcg = (uint32_t)how[9],
      .groups = (float)how[10],
      .features = (float)how[11],
      .seed = (uint64_t)how[12],
  };
  mt_boost *boost = malloc(sizeof *boost); /* it points into itself, so it starts where it stays */
  if (boost == NULL) {
    mt_fail(error, MT_NO_MEMORY, "learn: no memory for %u bytes", sizeof *boost);
    return NULL;
  }
  if (mt_boost_start(&plan, x, features, category, groups, start, label, boost, error) == MT_OK) return boost;
  free(boost);
  return NULL;
}
void mt_drop_boost(mt_boost *boost) {
  mt_boost_free(boost);
  free(boost);
}
/* NDCG of each held group after the last round. */
const double *mt_held_of_boost(const mt_boost *boost) { return boost->each; }
const mt_branch *mt_tree_of_boost(const mt_boost *boost, uint32_t tree, uint32_t *nodes_ret) {
  *nodes_ret = boost->tree[tree + 1] - boost->tree[tree];
  return boost->nodes + boost->tree[tree];
}
/* [MT_BINS] */
const float *mt_edges_of_boost(const mt_boost *boost, uint32_t feature) { return boost->bins.edge + (size_t)feature * MT_BINS; }

/* -- programs -- */

typedef struct mt_lone_program {
  mt_program program;
  mt_run run;
} mt_lone_program;

/* A section by itself, with memory to run in; `bytes` stay. Give it back with mt_drop. */
mt_lone_program *mt_make_program(const unsigned char *bytes, size_t length, mt_error *error) {
  mt_program program;
  mt_run run;
  if (mt_program_open(bytes, length, &program, error) != MT_OK) return NULL;
  mt_arena arena = mt_arena_measure();
  mt_arena_take(&arena, 1, sizeof(mt_lone_program));
  mt_run_reserve(&arena, &program, &run);
  if (arena.full) return NULL;
  size_t room = arena.used + MT_ALIGN;
  void *memory = mt_take(room);
  if (memory == NULL) {
    mt_fail(error, MT_NO_MEMORY, "program: no memory for %u bytes", room);
    return NULL;
  }
  arena = mt_arena_over(memory, room);
  mt_lone_program *lone = mt_arena_take(&arena, 1, sizeof *lone);
  lone->program = program;
  mt_run_reserve(&arena, &lone->program, &lone->run);
  mt_run_clear(&lone->run);
  return lone;
}
float *mt_program_port(const mt_lone_program *lone, uint32_t port) { return mt_run_port(&lone->run, port); }
mt_status mt_program_request(const mt_lone_program *lone, mt_error *error) { return mt_run_request(&lone->run, error); }
mt_status mt_program_rows(const mt_lone_program *lone, uint32_t rows, mt_error *error) {
  return mt_run_rows(&lone->run, rows, error);
}

/* -- training a program -- */

/* `bytes` stay until it is dropped. */
mt_fit *mt_make_fit(const unsigned char *bytes, size_t length, const mt_fit_shape *shape, mt_error *error) {
  mt_fit *fit = malloc(sizeof *fit); /* it stays where it is: its run knows its program by address */
  if (fit == NULL) mt_fail(error, MT_NO_MEMORY, "training: no memory");
  else if (mt_fit_start(bytes, length, shape, fit, error) != MT_OK) free(fit), fit = NULL;
  return fit;
}
void mt_drop_fit(mt_fit *fit) {
  mt_fit_stop(fit);
  free(fit);
}
mt_status mt_train_fit(mt_fit *fit, const float *table, const mt_fit_share *share, double *loss_ret, mt_error *error) {
  return mt_fit_slot(fit, table, share, loss_ret, error);
}
mt_status mt_ranks_of_fit(mt_fit *fit, const float *table, uint32_t items, const mt_fit_share *share, uint32_t *ranks,
                          mt_error *error) {
  return mt_fit_ranks(fit, table, items, share, ranks, error);
}
mt_status mt_nearest_of_fit(mt_fit *fit, const float *table, uint32_t items, const mt_fit_share *share, uint32_t count, uint32_t *nearest,
                            mt_error *error) {
  return mt_fit_nearest(fit, table, items, share, count, nearest, error);
}
/* met[2]: how many items were met, and the sum of squares of their gradients. */
mt_status mt_gather_fits(const mt_fit *const *slots, uint32_t count, uint32_t part, uint32_t parts, float *sum, uint8_t *seen,
                         uint32_t *touched, double *met, mt_error *error) {
  (void)error;
  uint32_t items;
  met[1] = mt_fit_gather(slots, count, part, parts, sum, seen, touched, &items);
  met[0] = items;
  return MT_OK;
}
mt_status mt_step_table(const mt_adam *adam, uint32_t width, uint32_t unit, const uint32_t *touched, uint32_t count, float *sum, uint8_t *seen,
                        float *table, float *first, float *second, mt_error *error) {
  (void)error;
  mt_fit_table(adam, width, unit != 0, touched, count, sum, seen, table, first, second);
  return MT_OK;
}
/* side: width, unit, drop. */
mt_status mt_whole_items(const mt_side *side, uint32_t seed, const float *own, const float *content, const float *projection,
                         uint32_t first, uint32_t last, float *whole, float *length, mt_error *error) {
  (void)error;
  mt_side_whole(side, seed, own, content, projection, first, last, whole, length);
  return MT_OK;
}
void mt_back_items(const mt_side *side, uint32_t seed, const uint32_t *met, uint32_t count, const float *content, const float *whole,
                   const float *length, float *sum, float *by) {
  mt_side_back(side, seed, met, count, content, whole, length, sum, by);
}
mt_status mt_align_items(const mt_alignment *of, const float *table, float *sum, double *loss_ret, mt_error *error) {
  return mt_align(of, table, sum, loss_ret, error);
}
mt_status mt_gather_dense(const mt_fit *const *slots, uint32_t count, float *gradient, double *squares, mt_error *error) {
  (void)error;
  *squares = mt_fit_dense_gradient(slots, count, gradient);
  return MT_OK;
}
void mt_step_dense(const mt_adam *adam, size_t n, const float *gradient, float *value, float *first, float *second) {
  mt_fit_dense(adam, n, gradient, value, first, second);
}

/* head: the first seven numbers of the section, src/bundle/nodes.h. Returns its bytes, 0 where they are too many. */
size_t mt_encode_nodes(const uint32_t *head, const unsigned char *program, const uint32_t *order, const float *vectors, unsigned char *out) {
  mt_nodes nodes = {0};
  memcpy(&nodes, head, 7 * sizeof *head);
  uint64_t bytes = mt_nodes_bytes(&nodes);
  if (bytes > MT_MAX_BUNDLE_BYTES) return 0;
  if (out != NULL) mt_nodes_encode(&nodes, program, order, vectors, out);
  return (size_t)bytes;
}

/* -- golden pairs -- */

/* Opens a whole bundle and replays the pairs of program `model`: fills pairs, error and tolerance. `bytes` as mt_put gives
 * them, at a multiple of 64. Returns how many programs the bundle has. */
mt_status mt_replay_bundle(const unsigned char *bytes, size_t length, uint32_t model, uint32_t *models_ret, mt_replay *replay_ret,
                           mt_error *error) {
  size_t needed;
  MT_TRY(mt_memory_needed(bytes, length, length, &needed, error));
  void *memory = mt_take(needed);
  if (memory == NULL) return mt_fail(error, MT_NO_MEMORY, "replay: no memory for %u bytes", needed);
  mt_recommender *rec;
  mt_status status = mt_open(bytes, length, length, memory, needed, &rec, error);
  if (status == MT_OK) {
    *models_ret = mt_models(rec);
    *replay_ret = (mt_replay){0, 0, 0};
    if (model < *models_ret) status = mt_replay_golden(rec, model, replay_ret, error);
  }
  free(memory);
  return status;
}

/* -- the bundle -- */

typedef struct mt_writer {
  mt_draft drafts[MT_MAX_SECTIONS];
  uint32_t count;
} mt_writer;

mt_writer *mt_make_writer(void) { return calloc(1, sizeof(mt_writer)); }
/* `name` and `bytes` stay where they are until the bundle is written. */
mt_status mt_writer_add(mt_writer *writer, uint32_t kind, uint32_t ordinal, uint32_t part, uint32_t required, const char *name,
                      const unsigned char *bytes, size_t length, mt_error *error) {
  if (writer->count == MT_MAX_SECTIONS) return mt_fail(error, MT_INVALID, "bundle: more than %u sections", MT_MAX_SECTIONS);
  writer->drafts[writer->count++] = (mt_draft){(mt_section_kind)kind, ordinal, part, required != 0, name, bytes, length};
  return MT_OK;
}
mt_status mt_writer_size(const mt_writer *writer, size_t *size_ret, mt_error *error) {
  return mt_bundle_size(writer->drafts, writer->count, size_ret, error);
}
void mt_writer_write(const mt_writer *writer, uint32_t items, unsigned char *out) {
  mt_bundle_write(writer->drafts, writer->count, items, out);
}

/* Reading one back, for `inspect`: fills kind, ordinal, part, version, flags, offset, length, then the name. */
mt_status mt_inspect(const unsigned char *bytes, size_t length, uint32_t index, uint32_t *out, mt_error *error) {
  mt_bundle bundle;
  MT_TRY(mt_bundle_open(bytes, length, length, &bundle, error));
  if (index >= bundle.sections) return mt_fail(error, MT_INVALID, "bundle: found section %u of %u", index, bundle.sections);
  mt_section s;
  mt_bundle_section(&bundle, index, &s);
  uint32_t fields[8] = {s.kind,  s.ordinal, s.part, s.version,
                        s.flags, (uint32_t)(s.bytes - bytes), (uint32_t)s.length, bundle.sections};
  memcpy(out, fields, sizeof fields);
  memcpy(out + 8, s.name, MT_NAME_BYTES + 1);
  return MT_OK;
}
