import { api } from '../core/api.js';
import { fill, h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { ask } from './dialog.js';
import { afterTyping, field } from './fields.js';
import { freeTimes } from './free-times.js';
import { onceFor } from '../core/once.js';
import { toast } from './toast.js';

/**
 * Books an appointment for a customer who is known or new.
 * @returns {Promise<boolean>} whether it was booked
 */
export async function bookByHand({ company, date, branchId, signal }) {
  const scope = { company_id: company, limit: 200 };
  const lists = await Promise.all(
    ['/branches', '/services', '/staff'].map((path) => api.get(path, scope, signal)),
  ).catch((error) => (toast(error.message, 'bad'), null));
  if (lists === null) return false;
  const [branches, services, staff] = lists.map(({ data }) => data.filter((row) => row.is_active));
  const form = formOf({ company, branches, services, staff, date, branchId });
  const send = onceFor('/appointments');
  return ask({
    title: t('calendar.newTitle'),
    text: t('calendar.newText'),
    action: t('calendar.book'),
    fields: h('div.form', {}, form.shown),
    rows: form.rows,
    run: async (values) => {
      const { data } = await send(form.body(values)).catch(form.told);
      toast(t(data.status === 'booked' ? 'calendar.booked' : 'appointments.pending'));
    },
  });
}

function formOf({ company, branches, services, staff, date, branchId }) {
  const named = (rows) => rows.map(({ id, name }) => [id, name]);
  const branch = field({
    ...{ name: 'branch_id', label: t('calendar.branch'), options: named(branches) },
    value: branchId || branches[0]?.id,
  });
  const service = field({ name: 'service_id', label: t('column.service'), options: [] });
  const person = field({ name: 'staff_id', label: t('calendar.staff'), options: [] });
  const times = freeTimes({
    date,
    wanted: () => ({
      ...{ serviceId: service.input.value, branchId: branch.input.value, staffId: person.input.value },
    }),
  });
  const offer = (row, options, before = row.input.value) =>
    row.input.replaceChildren(
      ...options.map(([value, text]) => h('option', { value, selected: value === before }, text)),
    );
  const offerPeople = () => {
    const chosen = services.find(({ id }) => id === service.input.value);
    const able = staff.filter(
      ({ branch_id: where, calcom_host_id: host }) =>
        (where === null || where === branch.input.value) &&
        host !== null &&
        (!chosen || chosen.host_ids.length === 0 || chosen.host_ids.includes(host)),
    );
    offer(person, [['', t('calendar.anyone')], ...named(able)]);
  };
  const offerServices = () => {
    const here = services.filter(({ branch_id: where }) => where === null || where === branch.input.value);
    offer(service, named(here));
    offerPeople();
  };
  offerServices();
  branch.input.addEventListener('change', () => (offerServices(), void times.read()));
  service.input.addEventListener('change', () => (offerPeople(), void times.read()));
  person.input.addEventListener('change', () => void times.read());
  void times.read();

  const customer = customerFields(company);
  const notes = field({ name: 'notes', label: t('calendar.notes'), hint: t('field.optional'), maxlength: 1000 });
  const rows = [branch, service, person, ...times.rows, ...customer.rows, notes];
  const shown = [branches.length > 1 ? branch : h('div', { hidden: true }, branch), service, person, ...times.rows];
  return {
    rows,
    told: times.told,
    shown: [...shown, customer.element, notes],
    body: ({ starts_at: start, notes: text }) => ({
      ...{ branch_id: branch.input.value, service_id: service.input.value, staff_id: person.input.value || null },
      ...{ starts_at: start, customer: customer.value(), notes: text.trim() || null },
      ...(company === '' ? {} : { company_id: company }),
    }),
  };
}

/** A name, number and address to type; while typing, customers who fit can be chosen instead. */
function customerFields(company) {
  const name = field({
    name: 'customer.name',
    label: t('column.name'),
    hint: t('calendar.customerHint'),
    maxlength: 60,
    required: true,
  });
  const phone = field({
    name: 'customer.phone',
    label: t('column.number'),
    type: 'tel',
    hint: t('field.optional'),
    maxlength: 40,
  });
  const email = field({
    name: 'customer.email',
    label: t('column.email'),
    type: 'email',
    hint: t('field.optional'),
    maxlength: 200,
  });
  const rows = [name, phone, email];
  const found = h('div.found', { 'aria-live': 'polite' });
  let known = null;
  let generation = 0;
  const choose = (one) => {
    known = one;
    name.input.value = one.name;
    phone.input.value = one.phone ?? '';
    email.input.value = one.email ?? '';
    fill(found, h('p', {}, t('calendar.customerKnown', { name: one.name })));
    name.input.focus();
  };
  async function look(text) {
    const mine = (generation += 1);
    if (text.trim().length < 2) return fill(found);
    try {
      const { data } = await api.get('/search', { q: text.trim(), company_id: company });
      if (mine !== generation) return;
      const fitting = data.customers.filter((one) => one.name !== null && one.erased_at === null).slice(0, 5);
      fill(
        found,
        fitting.length > 0 && h('p', {}, t('calendar.customersFound')),
        fitting.map((one) =>
          h(
            'button.button.small',
            { type: 'button', onclick: () => choose(one) },
            [one.name, one.phone].filter(Boolean).join(' · '),
          ),
        ),
      );
    } catch {
      if (mine === generation) fill(found);
    }
  }
  const typed = afterTyping(look);
  for (const { input } of [name, phone])
    input.addEventListener('input', () => {
      known = null;
      typed(input.value);
    });
  email.input.addEventListener('input', () => (known = null));
  return {
    rows,
    element: h('fieldset.form', {}, h('legend', {}, t('column.customer')), name, found, phone, email),
    value: () =>
      known === null
        ? { name: name.input.value, phone: phone.input.value.trim() || null, email: email.input.value.trim() || null }
        : { id: known.id },
  };
}
