// Runs on the servers of support/servers.
import { prisma6, prisma7 } from '../drivers/prisma.js';
import { conform } from './suite.js';

conform(prisma7);
conform(prisma6, 'core');
