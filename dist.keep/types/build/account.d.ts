/**
 * The account: what was understood of the inputs, so that no guess stays unsaid. Readers return facts as data
 * (read/facts.ts), joins.ts and understood.ts add what the builder makes of them; here they become one structure, and its
 * sentences. `martello check` prints it whole, `build` in short, the record keeps it, and `inspect` shows it.
 *
 * What is surely a mistake is an error, and nothing is built of it. What may be one is a remark that begins with `look:`
 * and says what to write into the config.
 */
import { InputError, type FileFacts, type LeftOut } from '../read/index.js';
import type { Config } from './config.js';
import type { Inputs } from './inputs.js';
import { type InputRole, type Join } from './joins.js';
import { type EventAccount } from './events.js';
import { type RatingsAccount } from './ratings.js';
import { type TimesAccount } from './understood.js';
import { type Weighing } from './weighing.js';
export type { EventAccount, Join, RatingsAccount, TimesAccount };
/** All of it. */
export interface Account {
    inputs: InputAccount[];
    times: TimesAccount | null;
    ratings: RatingsAccount | null;
    events: EventAccount[];
    joins: Join[];
    /** Rows of the log that say again what an earlier one says. */
    repeated: number;
    errors: string[];
    remarks: string[];
}
/** A file, as it was taken: its rows and columns, and the rows that were left out. */
export interface InputAccount extends FileFacts {
    role: InputRole;
}
/**
 * What is known of the inputs before anything is trained, and what is wrong with them. `partial`: some could not be read,
 * so that nothing is missed in the others.
 */
export declare function accountOf(given: Inputs, config: Config, partial?: boolean): {
    account: Account;
    errors: InputError[];
    weighing: Weighing;
};
/** Throws what is wrong, all at once. */
export declare function refuse(errors: readonly InputError[]): void;
/** As the record keeps it: files without the folders of whoever built it, and nothing of how a file spells its times. */
export declare function recorded(account: Account): Omit<Account, 'errors'>;
/** The account in a few lines: what `build` prints. */
export declare function shortly(account: Account): string[];
export declare const leftOut: ({ rows, why, row }: LeftOut) => string;
