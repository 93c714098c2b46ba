/**
 * User-CF on a device: the people of the log in clusters of like taste, and what each cluster met. A bundle holds no
 * person, and of a cluster only what at least two of its members met.
 *
 * A person is the direction of the sum of the factors of what they met; clusters are spherical k-means (Dhillon & Modha
 * 2001) over these. Both kinds of lists count a person's events by 1/√(their number), so that no one speaks for a cluster:
 *   item -> cluster    the share of the item's people that the cluster has, the MEMBERSHIPS largest
 *   cluster -> item    how much the cluster met the item, held back by the item's people, the LISTED best, of norm 1
 */
import type { Lists } from '../../learn/learn.js';
import type { Factors, Log } from '../training.js';
import type { Source } from './source.js';
export declare const usercf: Source<'usercf'>;
export interface Clusters {
    count: number;
    members: Lists;
    met: Lists;
}
export declare function clustersOf(log: Log, factors: Factors, seed: number): Clusters;
