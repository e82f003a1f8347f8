// Watching a process and the path of one case.
import './watch.css';
import { heat } from './heat.js';
import { path } from './path.js';

heat();
path();
