{{ config(materialized='view') }}
{{ logged_records('suitecrm') }}
