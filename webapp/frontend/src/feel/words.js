// What the FEEL field says, in the page's language.
const zh = {
  tested: '所测的值',
  not_set_here: '到这里为止尚未赋值',
  checking: '正在检查…',
  unreachable: '服务器暂时联系不上，未能检查。',
  of_form: '表单', of_table: '决策表', of_script: '脚本任务', of_operation: '服务任务',
  of_item: '多实例', of_case: '系统给出', of_message: '消息', of_engine: '引擎',
  kind_text: '文本', kind_number: '数字', kind_boolean: '是／否', kind_date: '日期', kind_list: '列表',
};
const en = {
  tested: 'the tested value',
  not_set_here: 'nothing sets it on the way here',
  checking: 'Checking…',
  unreachable: 'Not checked: the server cannot be reached.',
  of_form: 'form', of_table: 'table', of_script: 'script task', of_operation: 'service task',
  of_item: 'multi-instance', of_case: 'given by the system', of_message: 'message', of_engine: 'engine',
  kind_text: 'text', kind_number: 'number', kind_boolean: 'yes / no', kind_date: 'date', kind_list: 'list',
};
const words = document.documentElement.lang.startsWith('en') ? en : zh;

export const say = (key) => words[key] ?? key;
