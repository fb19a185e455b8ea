"""Tables of SuiteCRM 7 as its documentation lists them, in SQL that MariaDB and SQLite take."""

from __future__ import annotations

ACCOUNTS = """
create table accounts (
    id char(36) not null primary key, name varchar(150), date_entered datetime, date_modified datetime,
    modified_user_id char(36), created_by char(36), description text, deleted tinyint(1) default 0,
    assigned_user_id char(36), account_type varchar(50), industry varchar(50), annual_revenue varchar(100),
    phone_fax varchar(100), billing_address_street varchar(150), billing_address_city varchar(100),
    billing_address_state varchar(100), billing_address_postalcode varchar(20), billing_address_country varchar(255),
    rating varchar(100), phone_office varchar(100), phone_alternate varchar(100), website varchar(255),
    ownership varchar(100), employees varchar(10), ticker_symbol varchar(10), parent_id char(36),
    sic_code varchar(10), campaign_id char(36)
)"""
ACCOUNTS_CSTM = "create table accounts_cstm (id_c char(36) not null primary key, segment_c varchar(100))"
