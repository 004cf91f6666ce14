import { serveTraining } from 'chainer/training';
import { session } from './session.ts';

serveTraining(session);
