SELECT m, m > 'sad', 'ok'::mood::text, (p).x, (x).b[1].y, r && '[sad,ok)', d + 1, 3::small, '(1,a)'::pt, ROW(1, 'a')::point2, a[1:2], j['a'] FROM t WHERE m = ANY ('{sad,ok}') AND p = ROW(1, 'b')::point2 AND d = $1 AND $2::mood < m ORDER BY m, p, r;
INSERT INTO t (i, m, p, d, p.x) VALUES (1, 'ok', (1, 'a'), 5, 1), ($1, $2, $3, $4, 2) ON CONFLICT DO NOTHING RETURNING *;
UPDATE t SET p.x = 1, a[2] = 5, j['a']['b'] = '1', x.b[1].y = 'z';
SELECT range_agg(r), array_agg(m ORDER BY m), enum_range(NULL::mood), t.x, t FROM t GROUP BY t.x, t