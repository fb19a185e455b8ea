-- what is no record: owners, pipelines, campaigns, currencies
with stages as (
    select
        'pipeline:deals' as kind, 'default' as id,
        to_json({id: 'default', label: 'Sales', displayOrder: 0, archived: false, stages: list({
            id: hub_word(name), label: name, displayOrder: "at", archived: false,
            metadata: {probability: (probability / 100)::decimal(3, 2)::varchar, isClosed: ("at" >= 4)::varchar}
        } order by "at")})::varchar as body
    from words_stage
),

tickets as (
    select
        'pipeline:tickets' as kind, '0' as id,
        to_json({id: '0', label: 'Support', displayOrder: 0, archived: false, stages: list({
            id: hub_word(label), label: label, displayOrder: 0, archived: false,
            metadata: {ticketState: case label when 'Closed' then 'CLOSED' else 'OPEN' end}
        })})::varchar as body
    from (select unnest(['New', 'Working', 'Closed']) as label)
),

owners as (
    select
        'owner' as kind, hub_id(Id) as id,
        to_json({
            id: hub_id(Id), email: Email, type: 'PERSON', firstName: split_part(Name, ' ', 1), lastName: split_part(Name, ' ', 2),
            userId: counter_of(Id), createdAt: hub_time(CreatedDate), updatedAt: hub_time(SystemModstamp), archived: false
        })::varchar as body
    from branch."User"
),

campaigns as (
    select
        'campaign' as kind, hub_id(Id) as id,
        to_json({
            id: hub_id(Id), createdAt: hub_time(CreatedDate), updatedAt: hub_time(SystemModstamp),
            properties: {hs_name: Name, hs_campaign_status: lower(Status), hs_start_date: StartDate::varchar, hs_end_date: EndDate::varchar}
        })::varchar as body
    from branch."Campaign"
),

rates as (
    select
        'exchange_rate' as kind, hub_id(Id) as id,
        to_json({
            id: hub_id(Id), fromCurrencyCode: 'EUR', toCurrencyCode: IsoCode, conversionRate: ConversionRate,
            effectiveAt: hub_time(SystemModstamp), createdAt: hub_time(CreatedDate), updatedAt: hub_time(SystemModstamp), visibleInUI: true
        })::varchar as body
    from branch."CurrencyType" where IsoCode <> 'EUR'
),

own as (
    select 'company_currency' as kind, '1' as id, to_json({currencyCode: 'EUR'})::varchar as body
),

final as (
    select * from stages
    union all
    select * from tickets
    union all
    select * from owners
    union all
    select * from campaigns
    union all
    select * from rates
    union all
    select * from own
)

select kind, id, false as archived, body from final
