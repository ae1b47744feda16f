SELECT event_id AS click_id, content_id, user_id AS clicked_by, source.* FROM input
