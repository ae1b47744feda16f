SELECT event_id, user_id, filter(array(content_id, channel), word -> word IS NOT NULL) AS words, source.* FROM input
