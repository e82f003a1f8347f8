// Columns for what stands beside a rule and is not computed: its source, its owner, remarks.
// The editor knows one remark for a rule; the standard has columns with names.
import { Component, createComponentVNode, createVNode } from 'inferno';
import { Cell, inject } from 'table-js/lib/components';
import EditableComponent from 'dmn-js-shared/lib/components/EditableComponent';
import RemarkCell from 'dmn-js-decision-table/lib/features/annotations/editor/components/AnnotationCell';
import RemarkHead from 'dmn-js-decision-table/lib/features/annotations/components/AnnotationHeader';

const COMPONENT = 2; // flags of inferno: a class, an element, children as they come
const ELEMENT = 1;
const MOST = 12; // columns of a table

class Field extends EditableComponent {
  render() {
    return createVNode(ELEMENT, 'div', this.getClassName(), this.getEditor(), 0);
  }
}

function field(label, value, onChange) {
  return createComponentVNode(COMPONENT, Field, { label, value, onChange, ctrlForNewline: true, className: 'annotation-editor' });
}

class Watching extends Component {
  constructor(props, context) {
    super(props, context);
    inject(this);
    this.notes = context.injector.get('noteColumns');
    this.refresh = () => this.forceUpdate();
  }

  componentDidMount() { this.changeSupport.onElementsChanged(this.watched(), this.refresh); }

  componentWillUnmount() { this.changeSupport.offElementsChanged(this.watched(), this.refresh); }
}
Watching.$inject = ['changeSupport', 'sheet'];

// The head and the cells of one column; the editor wants a class for each.
function headOf(column) {
  return class NoteHead extends Watching {
    watched() { return this.sheet.getRoot().id; }

    render() {
      const { notes } = this;
      const name = notes.columns()[column]?.name || '';
      const remove = notes.word('note-remove', { name });
      return createVNode(ELEMENT, 'th', 'annotation header note-head', [
        field(notes.word('note-name'), name, (text) => notes.rename(column, text)),
        createVNode(ELEMENT, 'button', 'note-remove', '×', 0, {
          type: 'button', title: remove, 'aria-label': remove, onClick: () => notes.remove(column),
        }),
      ], 0);
    }
  };
}

function cellOf(column) {
  return class NoteCell extends Watching {
    watched() { return this.props.row.id; }

    render() {
      const { row, rowIndex } = this.props;
      const { notes } = this;
      const rule = row.businessObject;
      return createComponentVNode(COMPONENT, Cell, {
        className: 'annotation', coords: `${rowIndex}:note-${column}`, elementId: row.id, 'data-row-id': row.id,
        children: field(notes.columns()[column]?.name || '', notes.text(rule, column), (text) => notes.write(rule, column, text)),
      });
    }
  };
}

function NoteColumns(components, sheet, modeling, moddle, commandStack, word) {
  const table = () => sheet.getRoot().businessObject;
  const made = (type, values, parent) => Object.assign(moddle.create(type, values), { $parent: parent });
  const rules = () => table().get('rule');

  this.word = word;
  this.columns = () => table()?.get('annotation') || [];
  this.text = (rule, column) => rule.get('annotationEntry')[column]?.text || '';

  this.write = (rule, column, text) => {
    const entries = this.columns().map((_, at) => made('dmn:RuleAnnotation', { text: at === column ? text : this.text(rule, at) }, rule));
    modeling.updateProperties(rule, { annotationEntry: entries });
  };

  // Columns and the cells below them change together and are taken back together.
  const reshape = (names, cells) => {
    const root = table();
    commandStack.execute('notes.reshape', {
      root,
      changes: [
        [root, 'annotation', names.map((name) => made('dmn:RuleAnnotationClause', { name }, root))],
        ...rules().map((rule) => [rule, 'annotationEntry', cells(rule).map((text) => made('dmn:RuleAnnotation', { text }, rule))]),
      ],
    });
  };
  const names = () => this.columns().map((one) => one.name || '');
  const texts = (rule) => names().map((_, at) => this.text(rule, at));
  this.add = (name) => names().length < MOST && reshape([...names(), name], (rule) => [...texts(rule), '']);
  this.rename = (column, text) => reshape(names().map((name, at) => (at === column ? text : name)), texts);
  this.remove = (column) => reshape(
    names().filter((_, at) => at !== column), (rule) => texts(rule).filter((_, at) => at !== column),
  );

  // The editor's own remark shows where a rule has one, or where there is no column.
  const remarks = () => !this.columns().length || rules().some((rule) => rule.description);
  for (let column = 0; column < MOST; column += 1) {
    const [head, cell] = [headOf(column), cellOf(column)];
    components.onGetComponent('cell', 1500, ({ cellType }) => {
      if (!table() || column >= this.columns().length) return undefined;
      if (cellType === 'after-label-cells') return head;
      if (cellType === 'after-rule-cells') return cell;
      return undefined;
    });
  }
  components.onGetComponent('cell', ({ cellType }) => {
    if (!table() || !remarks()) return undefined;
    if (cellType === 'after-label-cells') return RemarkHead;
    if (cellType === 'after-rule-cells') return RemarkCell;
    return undefined;
  });
}
NoteColumns.$inject = ['components', 'sheet', 'modeling', 'moddle', 'commandStack', 'noteWords'];

function Reshape() {}
Reshape.prototype.execute = ({ root, changes }) => {
  for (const change of changes) {
    const [element, name, value] = change;
    change[2] = element.get(name);
    element.set(name, value);
  }
  return [root, ...changes.map(([element]) => element)];
};
Reshape.prototype.revert = Reshape.prototype.execute;

function ReshapeCommand(commandStack) {
  commandStack.registerHandler('notes.reshape', Reshape);
}
ReshapeCommand.$inject = ['commandStack'];

// Takes the place of the editor's own provider of remarks.
export default (word) => ({
  __init__: ['noteColumns', 'noteCommand'],
  annotationsProvider: ['value', null],
  noteColumns: ['type', NoteColumns],
  noteCommand: ['type', ReshapeCommand],
  noteWords: ['value', word],
});
