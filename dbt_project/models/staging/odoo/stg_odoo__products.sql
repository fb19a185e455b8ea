{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
{{ latest_of(ref('base_odoo__products_logged')) }}
