-- Channels arrive in any case and with blanks around them. A negative reading time is a fault of
-- the client's clock: the event counts, its time does not.
SELECT
  event_id,
  user_id,
  content_id,
  lower(trim(channel)) AS channel,
  event_type,
  CASE WHEN read_seconds >= 0 THEN read_seconds END AS read_seconds,
  ad_revenue,
  CASE WHEN event_type = 'exposure' THEN 1 ELSE 0 END AS exposure,
  CASE WHEN event_type = 'click' THEN 1 ELSE 0 END AS click,
  CASE WHEN event_type = 'read' THEN 1 ELSE 0 END AS read,
  CASE WHEN event_type = 'ad_view' THEN 1 ELSE 0 END AS ad_view,
  source.*
FROM input
