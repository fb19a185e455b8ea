-- the tables of SuiteCRM 7 as its documentation lists them, in SQL that MariaDB and SQLite take
create table accounts (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), account_type varchar(50), industry varchar(50), annual_revenue varchar(100),
    phone_fax varchar(100), rating varchar(100), phone_office varchar(100), phone_alternate varchar(100),
    ownership varchar(100), sic_code varchar(100), website varchar(255), employees varchar(10), ticker_symbol
    varchar(10), billing_address_street varchar(150), billing_address_city varchar(100), billing_address_state
    varchar(100), billing_address_postalcode varchar(20), billing_address_country varchar(255),
    shipping_address_street varchar(150), shipping_address_city varchar(100), shipping_address_state
    varchar(100), shipping_address_postalcode varchar(20), shipping_address_country varchar(255), parent_id
    char(36), campaign_id char(36)
);
create table contacts (
    id char(36) primary key, date_entered datetime, date_modified datetime, modified_user_id char(36),
    created_by char(36), description text, deleted tinyint(1) default 0, assigned_user_id char(36), salutation
    varchar(100), first_name varchar(100), last_name varchar(100), title varchar(100), department
    varchar(100), phone_home varchar(100), phone_mobile varchar(100), phone_work varchar(100), phone_other
    varchar(100), phone_fax varchar(100), lawful_basis text, date_reviewed date, lawful_basis_source
    varchar(100), do_not_call tinyint(1) default 0, primary_address_street varchar(150), primary_address_city
    varchar(100), primary_address_state varchar(100), primary_address_postalcode varchar(20),
    primary_address_country varchar(255), alt_address_street varchar(150), alt_address_city varchar(100),
    alt_address_state varchar(100), alt_address_postalcode varchar(20), alt_address_country varchar(255),
    assistant varchar(75), assistant_phone varchar(100), lead_source varchar(255), birthdate date, campaign_id
    char(36), reports_to_id char(36)
);
create table leads (
    id char(36) primary key, date_entered datetime, date_modified datetime, modified_user_id char(36),
    created_by char(36), description text, deleted tinyint(1) default 0, assigned_user_id char(36), salutation
    varchar(100), first_name varchar(100), last_name varchar(100), title varchar(100), department
    varchar(100), phone_home varchar(100), phone_mobile varchar(100), phone_work varchar(100), phone_other
    varchar(100), phone_fax varchar(100), lawful_basis text, date_reviewed date, lawful_basis_source
    varchar(100), do_not_call tinyint(1) default 0, primary_address_street varchar(150), primary_address_city
    varchar(100), primary_address_state varchar(100), primary_address_postalcode varchar(20),
    primary_address_country varchar(255), alt_address_street varchar(150), alt_address_city varchar(100),
    alt_address_state varchar(100), alt_address_postalcode varchar(20), alt_address_country varchar(255),
    assistant varchar(75), assistant_phone varchar(100), lead_source varchar(255), birthdate date, campaign_id
    char(36), converted tinyint(1) default 0, refered_by varchar(100), lead_source_description text, status
    varchar(100), status_description text, account_name varchar(255), account_description text, contact_id
    char(36), account_id char(36), opportunity_id char(36), opportunity_name varchar(255), opportunity_amount
    varchar(50), website varchar(255)
);
create table prospects (
    id char(36) primary key, date_entered datetime, date_modified datetime, modified_user_id char(36),
    created_by char(36), description text, deleted tinyint(1) default 0, assigned_user_id char(36), salutation
    varchar(100), first_name varchar(100), last_name varchar(100), title varchar(100), department
    varchar(100), phone_home varchar(100), phone_mobile varchar(100), phone_work varchar(100), phone_other
    varchar(100), phone_fax varchar(100), lawful_basis text, date_reviewed date, lawful_basis_source
    varchar(100), do_not_call tinyint(1) default 0, primary_address_street varchar(150), primary_address_city
    varchar(100), primary_address_state varchar(100), primary_address_postalcode varchar(20),
    primary_address_country varchar(255), alt_address_street varchar(150), alt_address_city varchar(100),
    alt_address_state varchar(100), alt_address_postalcode varchar(20), alt_address_country varchar(255),
    assistant varchar(75), assistant_phone varchar(100), lead_source varchar(255), birthdate date, campaign_id
    char(36), account_name varchar(150), lead_id char(36), tracker_key int
);
create table users (
    id char(36) primary key, user_name varchar(60), first_name varchar(255), last_name varchar(255), title
    varchar(50), department varchar(50), status varchar(100), employee_status varchar(100), is_admin
    tinyint(1) default 0, reports_to_id char(36), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), deleted tinyint(1) default 0
);
create table email_addresses (
    id char(36) primary key, email_address varchar(255), email_address_caps varchar(255), invalid_email
    tinyint(1) default 0, opt_out tinyint(1) default 0, confirm_opt_in varchar(255) default 'not-opt-in',
    confirm_opt_in_date datetime, date_created datetime, date_modified datetime, deleted tinyint(1) default 0
);
create table email_addr_bean_rel (
    id char(36) primary key, email_address_id char(36) not null, bean_id char(36) not null, bean_module
    varchar(100), primary_address tinyint(1) default 0, reply_to_address tinyint(1) default 0, date_created
    datetime, date_modified datetime, deleted tinyint(1) default 0
);
create table securitygroups (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), noninheritable tinyint(1)
);
create table securitygroups_users (
    id char(36) primary key, securitygroup_id char(36), user_id char(36), date_modified datetime, deleted
    tinyint(1) default 0
);
create table securitygroups_records (
    id char(36) primary key, securitygroup_id char(36), record_id char(36), module varchar(36), date_modified
    datetime, deleted tinyint(1) default 0
);
create table opportunities (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), opportunity_type varchar(255), campaign_id char(36), lead_source varchar(50),
    amount double, amount_usdollar double, currency_id char(36), date_closed date, next_step varchar(100),
    sales_stage varchar(255), probability double
);
create table accounts_contacts (
    id char(36) primary key, contact_id char(36), account_id char(36), date_modified datetime, deleted
    tinyint(1) default 0
);
create table accounts_opportunities (
    id char(36) primary key, opportunity_id char(36), account_id char(36), date_modified datetime, deleted
    tinyint(1) default 0
);
create table opportunities_contacts (
    id char(36) primary key, contact_id char(36), opportunity_id char(36), contact_role varchar(50),
    date_modified datetime, deleted tinyint(1) default 0
);
create table aos_product_categories (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), is_parent tinyint(1), parent_category_id char(36)
);
create table aos_products (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), part_number varchar(25), category varchar(100), aos_product_category_id
    char(36), type varchar(100), cost decimal(26,6), price decimal(26,6), currency_id char(36)
);
create table aos_quotes (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), billing_account_id char(36), billing_contact_id char(36), currency_id char(36),
    number int, opportunity_id char(36), expiration date, term varchar(100), stage varchar(100),
    approval_status varchar(100), invoice_status varchar(100), total_amt decimal(26,6), discount_amount
    decimal(26,6), subtotal_amount decimal(26,6), tax_amount decimal(26,6), shipping_amount decimal(26,6),
    shipping_tax_amt decimal(26,6), total_amount decimal(26,6)
);
create table aos_invoices (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), billing_account_id char(36), billing_contact_id char(36), currency_id char(36),
    number int, quote_number int, quote_date date, invoice_date date, due_date date, status varchar(100),
    total_amt decimal(26,6), discount_amount decimal(26,6), subtotal_amount decimal(26,6), tax_amount
    decimal(26,6), shipping_amount decimal(26,6), shipping_tax_amt decimal(26,6), total_amount decimal(26,6)
);
create table aos_contracts (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), contract_account_id char(36), opportunity_id char(36), start_date date,
    end_date date, status varchar(100), total_contract_value decimal(26,6), currency_id char(36)
);
create table aos_products_quotes (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), parent_type varchar(100), parent_id char(36), product_id char(36), group_id
    char(36), number int, discount varchar(255), vat varchar(100), product_qty decimal(18,4),
    product_cost_price decimal(26,6), product_list_price decimal(26,6), product_discount decimal(26,6),
    product_discount_amount decimal(26,6), product_unit_price decimal(26,6), vat_amt decimal(26,6),
    product_total_price decimal(26,6), currency_id char(36)
);
create table aos_line_item_groups (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), parent_type varchar(100), parent_id char(36), number int, total_amount
    decimal(26,6), currency_id char(36)
);
create table aos_quotes_aos_invoices_c (
    id char(36) primary key, aos_quotes77d9_quotes_ida varchar(36), aos_quotes6b83nvoices_idb varchar(36),
    date_modified datetime, deleted tinyint(1) default 0
);
create table currencies (
    id char(36) primary key, name varchar(36), symbol varchar(36), iso4217 varchar(3), conversion_rate double,
    status varchar(100), date_entered datetime, date_modified datetime, created_by char(36), deleted
    tinyint(1) default 0
);
create table calls (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), status varchar(100), date_start datetime, date_end datetime, duration_hours
    int, duration_minutes int, parent_type varchar(255), parent_id char(36), direction varchar(100),
    outlook_id varchar(255), recurring_source varchar(36)
);
create table meetings (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), status varchar(100), date_start datetime, date_end datetime, duration_hours
    int, duration_minutes int, parent_type varchar(255), parent_id char(36), location varchar(50), join_url
    varchar(600), type varchar(255)
);
create table tasks (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), status varchar(100), date_due_flag tinyint(1), date_due datetime,
    date_start_flag tinyint(1), date_start datetime, priority varchar(100), contact_id char(36), parent_type
    varchar(255), parent_id char(36)
);
create table notes (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), parent_type varchar(255), parent_id char(36), contact_id char(36), filename
    varchar(255), file_mime_type varchar(100)
);
create table emails (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), date_sent_received datetime, message_id varchar(255), type varchar(100), status
    varchar(100), flagged tinyint(1), reply_to_status tinyint(1), intent varchar(100), mailbox_id char(36),
    parent_type varchar(255), parent_id char(36)
);
create table emails_text (
    email_id char(36) primary key, from_addr varchar(255), reply_to_addr varchar(255), to_addrs text, cc_addrs
    text, bcc_addrs text, description text, description_html text, raw_source text, deleted tinyint(1) default
    0
);
create table emails_beans (
    id char(36) primary key, email_id char(36), bean_id char(36), bean_module varchar(100), campaign_data
    text, date_modified datetime, deleted tinyint(1) default 0
);
create table emails_email_addr_rel (
    id char(36) primary key, email_id char(36), address_type varchar(4), email_address_id char(36), deleted
    tinyint(1) default 0
);
create table calls_contacts (
    id char(36) primary key, call_id char(36), contact_id char(36), required varchar(1) default '1',
    accept_status varchar(25) default 'none', date_modified datetime, deleted tinyint(1) default 0
);
create table calls_leads (
    id char(36) primary key, call_id char(36), lead_id char(36), required varchar(1) default '1',
    accept_status varchar(25) default 'none', date_modified datetime, deleted tinyint(1) default 0
);
create table calls_users (
    id char(36) primary key, call_id char(36), user_id char(36), required varchar(1) default '1',
    accept_status varchar(25) default 'none', date_modified datetime, deleted tinyint(1) default 0
);
create table meetings_contacts (
    id char(36) primary key, meeting_id char(36), contact_id char(36), required varchar(1) default '1',
    accept_status varchar(25) default 'none', date_modified datetime, deleted tinyint(1) default 0
);
create table meetings_leads (
    id char(36) primary key, meeting_id char(36), lead_id char(36), required varchar(1) default '1',
    accept_status varchar(25) default 'none', date_modified datetime, deleted tinyint(1) default 0
);
create table meetings_users (
    id char(36) primary key, meeting_id char(36), user_id char(36), required varchar(1) default '1',
    accept_status varchar(25) default 'none', date_modified datetime, deleted tinyint(1) default 0
);
create table cases (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), case_number int, type varchar(255), status varchar(100), priority varchar(100),
    resolution text, work_log text, account_id char(36), state varchar(100), contact_created_by_id char(36)
);
create table contacts_cases (
    id char(36) primary key, contact_id char(36), case_id char(36), contact_role varchar(50), date_modified
    datetime, deleted tinyint(1) default 0
);
create table campaigns (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), tracker_key int, start_date date, end_date date, status varchar(100),
    impressions int, currency_id char(36), budget double, expected_cost double, actual_cost double,
    expected_revenue double, campaign_type varchar(100), objective text
);
create table campaign_log (
    id char(36) primary key, campaign_id char(36), target_tracker_key varchar(36), target_id varchar(36),
    target_type varchar(100), activity_type varchar(100), activity_date datetime, related_id varchar(36),
    related_type varchar(100), archived tinyint(1) default 0, hits int default 0, list_id char(36),
    more_information varchar(100), marketing_id char(36), date_modified datetime, deleted tinyint(1) default 0
);
create table prospect_lists (
    id char(36) primary key, name varchar(255), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), list_type varchar(100)
);
create table prospect_list_campaigns (
    id char(36) primary key, prospect_list_id char(36), campaign_id char(36), date_modified datetime, deleted
    tinyint(1) default 0
);
create table prospect_lists_prospects (
    id char(36) primary key, prospect_list_id char(36), related_id varchar(36), related_type varchar(25),
    date_modified datetime, deleted tinyint(1) default 0
);
create table fields_meta_data (
    id varchar(255) primary key, name varchar(255), vname varchar(255), custom_module varchar(255), type
    varchar(255), len int, required tinyint(1), default_value varchar(255), audited tinyint(1), ext1
    varchar(255), ext2 varchar(255), ext3 varchar(255), ext4 text, date_modified datetime, deleted tinyint(1)
    default 0
);
create table accounts_audit (
    id char(36) primary key, parent_id char(36) not null, date_created datetime, created_by varchar(36),
    field_name varchar(100), data_type varchar(100), before_value_string varchar(255), after_value_string
    varchar(255), before_value_text text, after_value_text text
);
create table opportunities_audit (
    id char(36) primary key, parent_id char(36) not null, date_created datetime, created_by varchar(36),
    field_name varchar(100), data_type varchar(100), before_value_string varchar(255), after_value_string
    varchar(255), before_value_text text, after_value_text text
);
create table cases_audit (
    id char(36) primary key, parent_id char(36) not null, date_created datetime, created_by varchar(36),
    field_name varchar(100), data_type varchar(100), before_value_string varchar(255), after_value_string
    varchar(255), before_value_text text, after_value_text text
);
create table accounts_cstm (
    id_c char(36) primary key, segment_c varchar(100)
);
create table contacts_cstm (
    id_c char(36) primary key, nickname_c varchar(100)
);
create table crm_clock (now_at datetime);
