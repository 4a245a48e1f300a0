// Runs on the servers of support/servers.
import { drizzle, drizzleNext } from '../drivers/drizzle.js';
import { conform } from './suite.js';

conform(drizzle);
conform(drizzleNext);
