/**
 * Ids that are hardly what they are taken for: one that all rows have, lines of orders that are no product and lead every list, and
 * long numbers that a spreadsheet wrote short, so that many became one.
 */
import { type Interactions, type Items } from '../read/index.js';
/** What a file says of ids, to look at. */
export declare function oddRemarks({ interactions, items, }: {
    interactions: Interactions | null;
    items: Items | null;
}): string[];
