// Runs on the servers of support/servers.
import { diesel } from '../drivers/diesel.js';
import { conform } from './suite.js';

conform(diesel);
