-- what the branch's vtiger keeps, and a setting that says what time it thinks it is
create table crm_clock (now_at datetime);
create table vtiger_crmentity (
    crmid int primary key, smcreatorid int not null default 0, smownerid int not null default 0, modifiedby int not null default 0,
    setype varchar(30) not null, description text, createdtime datetime not null, modifiedtime datetime not null, viewedtime datetime,
    status varchar(50), version int not null default 0, presence int default 1, deleted int not null default 0
);
create table vtiger_account (
    accountid int primary key, account_no varchar(100), accountname varchar(100), parentid int default 0, account_type varchar(200),
    industry varchar(200), annualrevenue decimal(25, 8) default 0, phone varchar(30), email1 varchar(100), website varchar(100),
    employees int default 0, emailoptout varchar(3) default '0'
);
create table vtiger_accountbillads (
    accountaddressid int primary key, bill_street varchar(250), bill_city varchar(30), bill_code varchar(30), bill_state varchar(30),
    bill_country varchar(30), bill_pobox varchar(30)
);
create table vtiger_accountscf (accountid int primary key);
create table vtiger_contactdetails (
    contactid int primary key, contact_no varchar(100), accountid int, salutation varchar(200), firstname varchar(40),
    lastname varchar(80) not null, email varchar(100), phone varchar(50), mobile varchar(50), title varchar(50), department varchar(30),
    donotcall varchar(3), emailoptout varchar(3) default '0'
);
create table vtiger_contactaddress (
    contactaddressid int primary key, mailingstreet varchar(250), mailingcity varchar(40), mailingstate varchar(30),
    mailingzip varchar(30), mailingcountry varchar(40)
);
create table vtiger_contactsubdetails (
    contactsubscriptionid int primary key, homephone varchar(50), otherphone varchar(50), birthday date, leadsource varchar(200)
);
create table vtiger_contactscf (contactid int primary key);
create table vtiger_leaddetails (
    leadid int primary key, lead_no varchar(100), email varchar(100), firstname varchar(40), salutation varchar(200),
    lastname varchar(80) not null, company varchar(100), industry varchar(200), rating varchar(200), leadstatus varchar(50),
    leadsource varchar(200), converted int default 0, designation varchar(50)
);
create table vtiger_leadaddress (
    leadaddressid int primary key, lane varchar(250), city varchar(30), code varchar(30), state varchar(30), country varchar(30),
    phone varchar(50), mobile varchar(50)
);
create table vtiger_potential (
    potentialid int primary key, potential_no varchar(100), related_to int, contact_id int, potentialname varchar(120) not null,
    amount decimal(25, 8) default 0, currency varchar(20), closingdate date, probability decimal(7, 3) default 0, campaignid int,
    sales_stage varchar(200), potentialtype varchar(200), leadsource varchar(200), nextstep varchar(100)
);
create table vtiger_potstagehistory (
    historyid int primary key, potentialid int not null, amount decimal(25, 8), stage varchar(100), probability decimal(7, 3),
    expectedrevenue decimal(25, 8), closedate date, lastmodified datetime
);
create table vtiger_contpotentialrel (contactid int not null, potentialid int not null, primary key (contactid, potentialid));
create table vtiger_quotes (
    quoteid int primary key, subject varchar(100), potentialid int, quotestage varchar(200), validtill date, contactid int,
    quote_no varchar(100), accountid int, subtotal decimal(25, 8), total decimal(25, 8), adjustment decimal(25, 8), taxtype varchar(25),
    discount_percent decimal(25, 3), discount_amount decimal(25, 8), s_h_amount decimal(25, 8), currency_id int not null default 1,
    conversion_rate decimal(10, 3) not null default 1
);
create table vtiger_salesorder (
    salesorderid int primary key, subject varchar(100), potentialid int, salesorder_no varchar(100), quoteid int, contactid int,
    accountid int, duedate date, subtotal decimal(25, 8), total decimal(25, 8), adjustment decimal(25, 8), taxtype varchar(25),
    discount_percent decimal(25, 3), discount_amount decimal(25, 8), s_h_amount decimal(25, 8), sostatus varchar(200),
    currency_id int not null default 1, conversion_rate decimal(10, 3) not null default 1
);
create table vtiger_inventoryproductrel (
    id int, productid int, sequence_no int, quantity decimal(25, 3), listprice decimal(27, 8), discount_percent decimal(7, 3),
    discount_amount decimal(27, 8), comment varchar(500), description text, lineitem_id integer primary key
);
create table vtiger_products (
    productid int primary key, product_no varchar(100), productname varchar(255) not null, productcode varchar(40),
    productcategory varchar(200), unit_price decimal(25, 8), purchase_cost decimal(27, 8), discontinued int not null default 0,
    currency_id int not null default 1
);
create table vtiger_currency_info (
    id int primary key, currency_name varchar(100), currency_code varchar(100), currency_symbol varchar(30),
    conversion_rate decimal(12, 5), currency_status varchar(25), defaultid varchar(10) not null default '0', deleted int not null default 0
);
create table vtiger_activity (
    activityid int primary key, subject varchar(255), semodule varchar(20), activitytype varchar(200) not null, date_start date not null,
    due_date date, time_start varchar(50), time_end varchar(50), duration_hours varchar(200), duration_minutes varchar(200),
    status varchar(200), eventstatus varchar(200), priority varchar(200), location varchar(150)
);
create table vtiger_seactivityrel (crmid int not null, activityid int not null, primary key (crmid, activityid));
create table vtiger_cntactivityrel (contactid int not null, activityid int not null, primary key (contactid, activityid));
create table vtiger_emaildetails (
    emailid int primary key, from_email varchar(50) not null default '', to_email text, cc_email text, bcc_email text,
    assigned_user_email varchar(50) not null default '', idlists text, email_flag varchar(50) not null default ''
);
create table vtiger_troubletickets (
    ticketid int primary key, ticket_no varchar(100), parent_id int, product_id int, contact_id int, priority varchar(200),
    severity varchar(200), status varchar(200), category varchar(200), title varchar(255) not null
);
create table vtiger_campaign (
    campaignid int primary key, campaign_no varchar(100), campaignname varchar(255), campaigntype varchar(200),
    campaignstatus varchar(200), expectedrevenue decimal(25, 8), budgetcost decimal(25, 8), actualcost decimal(25, 8), numsent decimal(11, 0),
    product_id int, closingdate date
);
create table vtiger_campaigncontrel (
    campaignid int not null, contactid int not null, campaignrelstatusid int not null default 0,
    primary key (campaignid, contactid, campaignrelstatusid)
);
create table vtiger_campaignleadrel (
    campaignid int not null, leadid int not null, campaignrelstatusid int not null default 0,
    primary key (campaignid, leadid, campaignrelstatusid)
);
create table vtiger_campaignrelstatus (campaignrelstatusid int, campaignrelstatus varchar(256), sortorderid int, presence int);
create table vtiger_users (
    id int primary key, user_name varchar(255), user_password varchar(200), user_hash varchar(32), first_name varchar(30),
    last_name varchar(30), reports_to_id varchar(36), date_entered datetime, date_modified datetime, email1 varchar(100),
    status varchar(25), deleted int not null default 0, accesskey varchar(36), time_zone varchar(200)
);
create table vtiger_groups (groupid int primary key, groupname varchar(100), description text);
