// Runs on the servers of support/servers.
import { django, djangoBefore } from '../drivers/django.js';
import { conform } from './suite.js';

conform(django);
conform(djangoBefore, 'core');
