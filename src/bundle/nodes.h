/* Nodes: a tree over the items, and what scores its nodes for a person, from the few at its top down to the items.
 *
 *    0  u32  items             those of the bundle
 *    4  u32  leaves            items that stand in the tree, 1 or more
 *    8  u32  arity             children of a node, 2 to MT_MOST_ARITY; the last one of a level may have fewer
 *   12  u32  levels            of nodes above the items, 0 to MT_MOST_LEVELS; the highest has at most `beam` nodes
 *   16  u32  width             numbers of a vector, a multiple of 4, to MT_MOST_NODE_WIDTH
 *   20  u32  beam              nodes that are scored of each level at most, 1 to MT_MOST_BEAM
 *   24  u32  program           bytes of the program that scores
 *   28  u8[36] 0
 *   64  program                as program.h draws it, see below; zeros up to the next multiple of 64
 *    .  u32  order[leaves]     the items at the leaves
 *    .  f32  scales[rows]      rows: of all items, then of the level above them, and so on
 *    .  i8   vectors[rows][width]   a node's vector is its bytes times its scale; a scale of 0: it has none
 *
 * A level above n nodes has ceil(n / arity): node p is above those at p · arity to (p + 1) · arity - 1.
 *
 * The program has three inputs: vectors of the newest items of a history, f32[length][width], the newest last, and which of them are
 * there, f32[length], both one for the whole request; and the vector of a node, f32[width], one for each row. Its output is a
 * number for each row.
 */
#ifndef MT_BUNDLE_NODES_H
#define MT_BUNDLE_NODES_H

#include "bundle/format.h"
#include "bundle/program.h"

#define MT_NODES_HEAD 64u
#define MT_MOST_ARITY 64u
#define MT_MOST_LEVELS 20u
#define MT_MOST_NODE_WIDTH 256u
#define MT_MOST_BEAM 4096u
#define MT_NODE_WORK (1u << 16) /* multiplications and the like of a node, so that no search hangs */

/* A view on the section. It owns nothing. */
typedef struct mt_nodes {
  uint32_t items, leaves, arity, levels, width, beam, program_bytes; /* as the section begins */
  uint32_t length;                                                   /* of a history */
  uint32_t rows;
  mt_program program;
  const unsigned char *order; /* u32[leaves] */
  const float *scales;
  const int8_t *vectors;
} mt_nodes;

/* Items at the leaves are not looked at here: who reads `order` asks whether they are items. */
mt_status mt_nodes_open(const unsigned char *bytes, size_t length, uint32_t items, mt_nodes *nodes, mt_error *error);

/* Nodes of a level, and the row of its first; level 0: the leaves, whose rows are those of their items. */
uint32_t mt_nodes_count(const mt_nodes *nodes, uint32_t level, uint32_t *first_ret);

/* Writing, into `out` of mt_nodes_bytes(head) zeroed bytes: `head` up to `program_bytes`, program[program_bytes], order[leaves] and
 * vectors[rows][width], each coded by its largest number. */
uint64_t mt_nodes_bytes(const mt_nodes *head);
void mt_nodes_encode(const mt_nodes *head, const unsigned char *program, const uint32_t *order, const float *vectors, unsigned char *out);

#endif
