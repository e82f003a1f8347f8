// What the panel says, in the page's language: label, and what stands below it.
const zh = {
  choose: '（未选择）', none: '（无）', expression: '用表达式…', as_feel: '表达式', open: '打开', new: '新建',
  remove: '删除', up: '上移', down: '下移', add: '添加', yes: '是', no: '否', not_there: '（流程包中没有）',
  findings: '检查发现', waiting: '正在读取本草稿的表单、决策和操作…', failed: '本草稿的表单、决策和操作读取失败。', again: '再试一次',
  
  needed: '必填', or_left: '可不写', type: '类型',

  general: '基本信息', name: '名称', name_en: '英文名称', id: '编号', documentation: '说明', beside: '编号与说明', documented: '有说明',
  id_hint: '流程包内唯一；字母开头，只用字母、数字和下划线。场景和数据按它认元素。',
  id_empty: '编号不能为空。', id_bad: '编号以字母或下划线开头，只含字母、数字、下划线、点和短横。', id_taken: '编号已被另一元素使用。',
  text: '文字',

  work: '谁来办、办什么', form: '表单', form_hint: '办理人填写的内容；选项里的“办理结果”成为页面上的按钮。', new_form: '新建表单', new_table: '新建决策表', new_diagram: '新建子流程图',
  new_part_name: '标识（小写字母、数字、下划线）', part_made: '已新建并选用。', open_part: '在新标签页中编辑',
  form_outcomes: '按钮与后果', form_no_outcome: '该表单没有“办理结果”，提交即完成。', new_form_name: '新表单的名称（小写字母、数字、下划线）',
  create: '新建并选用', cancel: '取消', create_failed: '没有建成：',
  unit: '办理部门', unit_hint: '不写：离本件最近、设有该泳道角色的部门。', unit_pick: '固定的部门', unit_nearest: '自动：最近的部门',
  unit_of_case: '牵头单位', assignee: '指定办理人', assignee_hint: '登录名；为空时由部门内有此角色的人认领。', about: '事由',
  about_hint: '写在任务名称后面，用于逐项开立的任务，例如 part.title。',

  time: '时限', due: '到期时间', warn: '预警时间', due_hint: '从任务开始时起算。', warn_hint: '从此刻起亮黄灯。',
  time_none: '（不设）', time_workdays: '若干工作日', time_calendar: '若干自然日', time_table: '按决策表，工作日', time_table_calendar: '按决策表，自然日',
  days: '天数', unit_workdays: '个工作日', unit_calendar_days: '个自然日', row: '表中的一行', column: '取哪一列', pauses: '未办期间，本件其他期限暂停计时',

  company: '企业看到什么', stage: '所处阶段', public: '办完后记入企业的进度时间线', sentence: '等待时的一句话', sentence_en: '等待时的一句话（英文）',
  sentence_hint: '任务未办时，企业在进度页读到。', sentence_hint_inside: '这个流程没有企业发起：任务未办时，能看到本件的人读到。',
  inside_sees: '办理进度怎么说', preview: '企业在进度页读到', preview_none: '（没有写，企业读不到这一步）', notify: '任务开始时发给企业的消息',
  notify_hint: '流程包中的消息文本。',

  automatic: '自动执行', operation: '操作', operation_hint: '系统自动执行，不需要人。', undo_no: '执行后不能撤回该步骤。', parameters: '参数', result: '结果存为',
  result_hint: '之后的步骤以此名称读取。', gives: '返回{type}。', no_parameters: '该操作没有参数。', unknown_parameter: '该操作没有这个参数',

  assignments: '赋值', assignment_name: '名称', assignment_value: '值', add_assignment: '添加一行', assignments_hint: '从上到下逐行执行，后面的行可读前面的名称。',
  line: '第 {n} 行', name_bad: '名称以字母开头，只含字母、数字和下划线。',

  by_table: '查决策表', decision: '决策', decision_hint: '由决策表给出结果。', decision_reads: '读取', decision_gives: '得出',

  inside: '子流程图', called: '调用的流程', called_hint: '另一张流程图在此处运行，办完后继续。',

  branches: '各条出路', outcome: '办理结果', default: '默认', default_hint: '其他条件都不成立时走这条。', condition: '条件', 
  when_outcome: '办理结果为“{label}”', no_branches: '从这里还没有连线出去。', no_conditions: '各条出路同时走，不需要条件。',
  event_branches: '先发生的事件决定走哪条路。', merges: '各条来路在此会合。', flow: '连线', flow_default: '设为默认连线', flow_free: '这条连线不需要条件。',
  flow_label: '图上的字',

  happening: '事件', message: '消息', message_hint: '等待（或发出）的消息。', new_name: '新的名称', new_message: '新建消息…', new_signal: '新建信号…', new_error: '新建错误…', new_escalation: '新建升级…',
  signal: '信号', error: '错误', escalation: '升级', any_error: '（任何一种）', name_only: '只用字母、数字和下划线。',
  senders: '由人发送', roles: '谁可以随时发送', roles_hint: '勾选后成为这些人页面上的按钮；都不勾选则只由其他事项发来。', sender_unit: '发送人所在部门', sender_unit_hint: '不写：任何担任该角色且能看到本件的人。',
  sender_form: '发送时填写的表单', no_form: '（只有按钮，不填表）', event_sentence: '按钮旁说明的后果', event_sentence_hint: '发送后会怎样，写给按按钮的人看。',
  event_public: '发送后记入企业的进度时间线', variable: '整条消息存为', variable_hint: '不写：消息中的各项值按各自名称保存。', payload: '随消息带去的值', payload_hint: '例如 {policy: title}。',
  interrupting: '发生时打断正在进行的工作', interrupting_hint: '不打断：工作继续，此事件可以一再发生。', button: '按钮',

  timer: '定时', timer_kind: '何时', timer_date: '到某个时间', timer_duration: '经过一段时间', timer_cycle: '每隔一段时间', timer_literal: '固定的日期或时间', timer_at: '日期和时间',
  amount: '数量', minutes: '分钟', hours: '小时', weeks: '周', times: '共几次', times_hint: '不写：一直重复。', every: '每隔',

  instances: '逐项办理', instances_hint: '列表中有几项就开立几份。', order: '次序', parallel: '同时', sequential: '依次', off: '不逐项', collection: '列表',
  collection_hint: '例如 consulted_units。', item: '每一项的名称', item_hint: '任务里用它读取自己的那一项。', output_item: '每份结果的名称', output: '结果汇总为', output_hint: '循环中的逐项活动必须写。',
  completion: '提前结束的条件', completion_hint: '例如 numberOfCompletedInstances >= 2；不写则等全部办完。', number: '份数', number_hint: '没有列表时写。',

  lane: '泳道', lane_role: '由谁办理这条泳道', lane_hint: '泳道里的任务由担任该角色的人办理；对应关系写在 bundle.toml 的 [lanes]。', lane_unknown: 'bundle.toml 没有给这条泳道指定角色。',
  settings: '流程包设置', process: '流程', process_id: '流程编号', process_id_hint: '与文件名一致；其他流程图按它调用。', executable: '可以运行',

  role_lane: '由谁办理', start: '开始', nobody: '还没有放进泳道，没有人会收到这项任务。', end: '结束', terminate: '到这里整张流程图结束，其他未完成的分支一并终止。', plain_end: '这条路到此结束。',
  start_hint: '事项从这里开始。', conditional: '等到条件成立', untyped: '任务还没有类型，请用扳手菜单改为用户任务、服务任务、脚本任务或业务规则任务。',
};
const en = {
  choose: '(none chosen)', none: '(none)', expression: 'By an expression…', as_feel: 'expression', open: 'Open', new: 'New',
  remove: 'Remove', up: 'Move up', down: 'Move down', add: 'Add', yes: 'Yes', no: 'No', not_there: '(not in the bundle)',
  findings: 'Findings', waiting: 'Reading the forms, decisions and operations of this draft…', failed: 'The forms, decisions and operations of this draft could not be read.', again: 'Try again',
  
  needed: 'required', or_left: 'optional', type: 'Type',

  general: 'General', name: 'Name', name_en: 'English name', id: 'ID', documentation: 'Documentation', beside: 'ID and documentation', documented: 'documented',
  id_hint: 'Unique in the bundle; letters, digits and underscores. Scenarios and data know the element by it.',
  id_empty: 'The ID must not be empty.', id_bad: 'An ID begins with a letter or underscore and holds letters, digits, underscores, dots and dashes.', id_taken: 'Another element has this ID.',
  text: 'Text',

  work: 'Who does what', form: 'Form', form_hint: 'What is filled in; the options of its outcome become the buttons of the page.', new_form: 'New form', new_table: 'New table', new_diagram: 'New diagram',
  new_part_name: 'Its key (small letters, digits, underscores)', part_made: 'Begun and chosen.', open_part: 'Edit it in a tab of its own',
  form_outcomes: 'Buttons and what follows', form_no_outcome: 'This form has no outcome: sending it completes the task.', new_form_name: 'Name of the new form (small letters, digits, underscores)',
  create: 'Create and use it', cancel: 'Cancel', create_failed: 'Not created: ',
  unit: 'Unit', unit_hint: 'Left out: the unit nearest the case that holds the role of the lane.', unit_pick: 'A certain unit', unit_nearest: 'By itself: the nearest unit',
  unit_of_case: 'Lead unit', assignee: 'Person', assignee_hint: 'A login; when it is null anybody of the unit with this role can take the task.', about: 'About',
  about_hint: 'Stands behind the name, for tasks that are opened item by item, such as part.title.',

  time: 'Time limits', due: 'Due', warn: 'Warning', due_hint: 'Counted from when the task opens.', warn_hint: 'From then on the light is yellow.',
  time_none: '(none)', time_workdays: 'A number of working days', time_calendar: 'A number of calendar days', time_table: 'From a table, working days', time_table_calendar: 'From a table, calendar days',
  days: 'Days', unit_workdays: 'working days', unit_calendar_days: 'calendar days', row: 'Row of the table', column: 'Column', pauses: 'While it is open the case’s other deadlines stand still',

  company: 'What the company sees', stage: 'Stage', public: 'When done it appears on the company’s timeline', sentence: 'Sentence while waiting', sentence_en: 'Sentence while waiting (English)',
  sentence_hint: 'The company reads it on its status page while the task is open.', sentence_hint_inside: 'No company begins this process: whoever may see the case reads it while the task is open.',
  inside_sees: 'What the status says', preview: 'The company reads on its status page', preview_none: '(nothing written: the company does not see this step)', notify: 'Message to the company when the task opens',
  notify_hint: 'A text of the bundle.',

  automatic: 'Done by the system', operation: 'Operation', operation_hint: 'Done by the system, nobody is asked.', undo_no: 'The step cannot be taken back afterwards.', parameters: 'Parameters', result: 'Keep the result as',
  result_hint: 'Later steps read it by this name.', gives: 'Gives: {type}.', no_parameters: 'This operation takes no parameters.', unknown_parameter: 'The operation takes no such parameter',

  assignments: 'Assignments', assignment_name: 'Name', assignment_value: 'Value', add_assignment: 'Add a line', assignments_hint: 'Carried out from top to bottom; a line can read the names of those before it.',
  line: 'Line {n}', name_bad: 'A name begins with a letter and holds letters, digits and underscores.',

  by_table: 'By a decision table', decision: 'Decision', decision_hint: 'A decision table gives the result.', decision_reads: 'Reads', decision_gives: 'Gives',

  inside: 'Diagram inside', called: 'Called process', called_hint: 'Another diagram runs here; then this one goes on.',

  branches: 'Ways out', outcome: 'outcome of the task', default: 'Default', default_hint: 'Taken when no other condition is true.', condition: 'Condition', 
  when_outcome: 'Outcome is “{label}”', no_branches: 'No flow leads out of here yet.', no_conditions: 'All ways are taken at once; there are no conditions.',
  event_branches: 'The event that comes first decides.', merges: 'The ways meet here.', flow: 'Flow', flow_default: 'Make it the default flow', flow_free: 'This flow needs no condition.',
  flow_label: 'Words on the flow',

  happening: 'Event', message: 'Message', message_hint: 'What is waited for, or sent.', new_name: 'New name', new_message: 'New message…', new_signal: 'New signal…', new_error: 'New error…', new_escalation: 'New escalation…',
  signal: 'Signal', error: 'Error', escalation: 'Escalation', any_error: '(any)', name_only: 'Letters, digits and underscores only.',
  senders: 'Sent by people', roles: 'Who may send it at any time', roles_hint: 'It becomes a button on their pages; with none chosen only other cases send it.', sender_unit: 'Unit of the sender', sender_unit_hint: 'Left out: whoever holds the role and may see the case.',
  sender_form: 'Form that the sender fills in', no_form: '(a button only)', event_sentence: 'What will happen, beside the button', event_sentence_hint: 'For the person who presses it.',
  event_public: 'When sent it appears on the company’s timeline', variable: 'Keep the whole message as', variable_hint: 'Left out: its entries are kept by their own names.', payload: 'Values that go along', payload_hint: 'Such as {policy: title}.',
  interrupting: 'It ends the work under way', interrupting_hint: 'If not, the work goes on and the event can come again.', button: 'Button',

  timer: 'Timer', timer_kind: 'When', timer_date: 'At a time', timer_duration: 'After a while', timer_cycle: 'Again and again', timer_literal: 'A fixed date or time', timer_at: 'Date and time',
  amount: 'How many', minutes: 'minutes', hours: 'hours', weeks: 'weeks', times: 'How often', times_hint: 'Left out: without end.', every: 'Every',

  instances: 'Item by item', instances_hint: 'It is opened once for each item of a list.', order: 'Order', parallel: 'All at once', sequential: 'One after the other', off: 'Once only', collection: 'List',
  collection_hint: 'Such as consulted_units.', item: 'Name of the item', item_hint: 'Each task reads its own item by it.', output_item: 'Name of each result', output: 'Results are gathered as', output_hint: 'Needed where the activity lies in a loop.',
  completion: 'Ends early when', completion_hint: 'Such as numberOfCompletedInstances >= 2; left out: when all are done.', number: 'How many', number_hint: 'Where there is no list.',

  lane: 'Lane', lane_role: 'Whose lane', lane_hint: 'Its tasks are done by those who hold the role; [lanes] in bundle.toml says which.', lane_unknown: 'bundle.toml gives no role to this lane.',
  settings: 'Settings of the bundle', process: 'Process', process_id: 'Process ID', process_id_hint: 'The same as the file’s name; other diagrams call it by this.', executable: 'Can be run',

  role_lane: 'Done by', start: 'Start', nobody: 'It lies in no lane yet: nobody would be asked to do it.', end: 'End', terminate: 'The whole diagram ends here, with every branch that is still open.', plain_end: 'This way ends here.',
  start_hint: 'The case begins here.', conditional: 'Waits until true', untyped: 'The task has no type yet: make it a user, service, script or business rule task with the wrench.',
};

const types = {
  str: ['文本', 'text'], TextName: ['信函名称', 'name of a text'], bool: ['是／否', 'yes / no'], Decimal: ['数字', 'number'], int: ['数字', 'number'],
  date: ['日期', 'date'], datetime: ['日期时间', 'date and time'], Mapping: ['结构', 'context'], dict: ['结构', 'context'],
  Sequence: ['列表', 'list'], list: ['列表', 'list'], Any: ['任意', 'anything'], object: ['任意', 'anything'],
};

export const english = document.documentElement.lang.startsWith('en');
const words = english ? en : zh;

export function say(key, values = {}) {
  const found = words[key] ?? key;
  return found.replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap);
}

// A type as the registry of operations writes it, in words.
export function typed(type) {
  const parts = type.replace(/\[.*\]/g, '').split('|').map((one) => one.trim()).filter((one) => one && one !== 'None');
  return parts.map((one) => types[one]?.[english ? 1 : 0] ?? one).join(' / ');
}
