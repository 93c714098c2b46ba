import { type IdReading } from './cells.js';
import { type Mapping } from './columns.js';
import { type FileTaken } from './facts.js';
import { type DateOrders } from './times.js';
/** One item of a list. */
export interface CampaignEntry {
    id: string;
    /** Above 0. */
    weight: number;
    /** Unix seconds: it speaks from `start` until before `end`. -Infinity and Infinity: always. */
    start: number;
    end: number;
}
/** Lists that people make. */
export interface Campaigns {
    /** Lists by name, in the order in which they appear. */
    lists: Map<string, CampaignEntry[]>;
    files: FileTaken[];
}
/**
 * Reads tables of any format with `item_id` and, as they have them, `list` (default "campaign"), `weight` (default 1) or
 * `position` (from 1; it weighs 1/√position), `start` and `end` (a day without a time of day is its first second, UTC;
 * empty: open).
 * Errors (with file, row and column): no id, a weight that is not above 0, a date that is none, an end that does not lie
 * after its start.
 */
export declare function readCampaigns(paths: readonly string[], options?: IdReading & {
    columns?: Mapping;
    dates?: DateOrders;
}): Promise<Campaigns>;
