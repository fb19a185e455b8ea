-- the tables of Odoo 17 that are read and filled or tested, in SQL that PostgreSQL and SQLite take
create table crm_clock (now_at timestamp);
create table res_partner (
    id integer primary key, name varchar, complete_name varchar, parent_id integer, is_company boolean, type varchar,
    ref varchar, lang varchar, vat varchar, company_registry varchar, email varchar, email_normalized varchar,
    phone varchar, mobile varchar, phone_sanitized varchar, website varchar, "function" varchar, title integer,
    street varchar, street2 varchar, zip varchar, city varchar, state_id integer, country_id integer, user_id integer,
    team_id integer, company_id integer, industry_id integer, commercial_partner_id integer, customer_rank integer,
    supplier_rank integer, active boolean, partner_share boolean, signup_token varchar,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table res_partner_category (
    id integer primary key, name jsonb, parent_id integer, active boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table res_partner_res_partner_category_rel (
    category_id integer not null, partner_id integer not null, primary key (category_id, partner_id)
);
create table res_partner_industry (
    id integer primary key, name jsonb, full_name jsonb, active boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table res_country (
    id integer primary key, name jsonb, code varchar(2),
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table res_country_state (
    id integer primary key, name varchar, code varchar, country_id integer,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table res_users (
    id integer primary key, login varchar, password varchar, totp_secret varchar, partner_id integer,
    company_id integer, sale_team_id integer, active boolean, share boolean, signature text,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table res_company (
    id integer primary key, name varchar, partner_id integer, currency_id integer,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table res_currency (
    id integer primary key, name varchar(3), symbol varchar, active boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table res_currency_rate (
    id integer primary key, name date, rate numeric, currency_id integer, company_id integer,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table mail_blacklist (
    id integer primary key, email varchar, active boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table crm_team (
    id integer primary key, name jsonb, user_id integer, company_id integer, active boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table crm_stage (
    id integer primary key, name jsonb, sequence integer, is_won boolean, team_id integer, fold boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table crm_lead (
    id integer primary key, type varchar, name varchar, partner_id integer, partner_name varchar, contact_name varchar,
    email_from varchar, email_normalized varchar, phone varchar, mobile varchar, "function" varchar, website varchar,
    street varchar, street2 varchar, zip varchar, city varchar, state_id integer, country_id integer, stage_id integer,
    user_id integer, team_id integer, company_id integer, expected_revenue numeric, prorated_revenue numeric,
    recurring_revenue numeric, recurring_plan integer, probability double precision,
    automated_probability double precision, date_open timestamp, date_closed timestamp, date_conversion timestamp,
    date_deadline date, date_last_stage_update timestamp, day_open double precision, day_close double precision,
    lost_reason_id integer, campaign_id integer, medium_id integer, source_id integer, referred varchar,
    priority varchar, active boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table crm_tag (
    id integer primary key, name jsonb, color integer,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table crm_tag_rel (lead_id integer not null, tag_id integer not null, primary key (lead_id, tag_id));
create table mail_message (
    id integer primary key, model varchar, res_id integer, date timestamp, author_id integer, message_type varchar,
    subtype_id integer, mail_activity_type_id integer, is_internal boolean, subject varchar, body text,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table mail_message_subtype (
    id integer primary key, name jsonb, internal boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table mail_tracking_value (
    id integer primary key, mail_message_id integer, field_id integer, old_value_integer integer,
    new_value_integer integer, old_value_char varchar, new_value_char varchar,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table mail_activity (
    id integer primary key, res_model varchar, res_id integer, activity_type_id integer, summary varchar,
    date_deadline date, user_id integer, active boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table mail_activity_type (
    id integer primary key, name jsonb, category varchar, active boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table calendar_event (
    id integer primary key, name varchar, start timestamp, stop timestamp, start_date date, stop_date date,
    allday boolean, duration double precision, user_id integer, opportunity_id integer, res_model varchar,
    res_id integer, active boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table calendar_event_res_partner_rel (
    calendar_event_id integer not null, res_partner_id integer not null,
    primary key (calendar_event_id, res_partner_id)
);
create table product_category (
    id integer primary key, name varchar, complete_name varchar, parent_id integer,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table product_template (
    id integer primary key, name jsonb, list_price numeric, categ_id integer, type varchar, company_id integer,
    sale_ok boolean, active boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table product_product (
    id integer primary key, product_tmpl_id integer, default_code varchar, barcode varchar, standard_price jsonb,
    active boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table sale_order (
    id integer primary key, name varchar, partner_id integer, partner_invoice_id integer, partner_shipping_id integer,
    state varchar, locked boolean, date_order timestamp, validity_date date, commitment_date timestamp,
    effective_date timestamp, user_id integer, team_id integer, company_id integer, opportunity_id integer,
    campaign_id integer, medium_id integer, source_id integer, origin varchar, client_order_ref varchar,
    pricelist_id integer, currency_id integer, currency_rate numeric, amount_untaxed numeric, amount_tax numeric,
    amount_total numeric, invoice_status varchar, delivery_status varchar, access_token varchar,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table sale_order_line (
    id integer primary key, order_id integer, product_id integer, name text, sequence integer,
    product_uom_qty numeric, qty_delivered numeric, qty_invoiced numeric, price_unit numeric, discount numeric,
    price_subtotal numeric, price_tax double precision, price_total numeric, currency_id integer, display_type varchar,
    order_partner_id integer, state varchar,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table utm_campaign (
    id integer primary key, name varchar, title jsonb, user_id integer, stage_id integer, active boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table utm_stage (
    id integer primary key, name jsonb,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table utm_source (
    id integer primary key, name varchar,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table mailing_mailing (
    id integer primary key, subject jsonb, state varchar, mailing_type varchar, campaign_id integer,
    medium_id integer, source_id integer, sent_date timestamp,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table mailing_trace (
    id integer primary key, model varchar, res_id integer, email varchar, campaign_id integer,
    mass_mailing_id integer, trace_status varchar, sent_datetime timestamp, open_datetime timestamp,
    reply_datetime timestamp, links_click_datetime timestamp,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
create table ir_model_fields (
    id integer primary key, model varchar, name varchar, ttype varchar, relation varchar, store boolean, state varchar,
    company_dependent boolean,
    create_uid integer, create_date timestamp, write_uid integer, write_date timestamp
);
