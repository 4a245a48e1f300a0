// Runs on the servers of support/servers.
import { flyway } from '../drivers/flyway.js';
import { conform } from './suite.js';

conform(flyway);
