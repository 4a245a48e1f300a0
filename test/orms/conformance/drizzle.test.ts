// Runs on the servers of support/servers.
import { drizzle } from '../drivers/drizzle.js';
import { conform } from './suite.js';

conform(drizzle);
