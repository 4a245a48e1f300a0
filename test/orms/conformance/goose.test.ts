// Runs on the servers of support/servers.
import { goose } from '../drivers/goose.js';
import { conform } from './suite.js';

conform(goose);
