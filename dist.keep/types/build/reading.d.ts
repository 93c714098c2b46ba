/** How a config wants tables read: options of the readers, the same in build, check, eval and features. */
import type { IdReading, InteractionOptions, Mapping, NamedColumns, Skip } from '../read/index.js';
import type { Columns, Config } from './config.js';
/** What is said of all kinds of files. */
export declare function generalColumns(columns?: Columns): Mapping;
/** The columns of one kind of file: what is said of it by name, else what is said of all. */
export declare const columnsOf: ({ columns }: Config, kind: 'interactions' | 'items' | 'campaigns') => Mapping;
/** The same of tables that were computed elsewhere; of all kinds of files only what is said of items holds for them. */
export declare function computedColumns({ columns }: Config, kind: 'embeddings' | 'neighbours' | 'popularity'): NamedColumns;
/** How ids are read, in every kind of file. */
export declare const idsOf: ({ ids }: Config) => IdReading;
export declare const skipOf: ({ skip }: Config) => readonly Skip[];
/** How a log is read, the column of its baskets among the columns: options of readInteractions. */
export declare const logOptions: (config: Config) => InteractionOptions;
