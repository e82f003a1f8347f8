import './play.css';
import './main.js';
