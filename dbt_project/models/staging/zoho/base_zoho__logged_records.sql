{{ config(materialized='view') }}
{{ logged_records('zoho') }}
