"""Line icons of the phone, on a field of 24 by 24, drawn for this project."""

ICONS: dict[str, str] = {
    "card": '<rect x="3" y="5.5" width="18" height="13" rx="2.5"/><path d="M3 10h18M7 14.5h4"/>',
    "points": '<circle cx="12" cy="12" r="8.5"/><path d="m12 7.5 1.4 2.9 3.1.4-2.3 2.2.6 3.1-2.8'
    '-1.5-2.8 1.5.6-3.1-2.3-2.2 3.1-.4z"/>',
    "level": '<circle cx="12" cy="9.5" r="5.5"/><path d="M8.5 14 7 21l5-2.6L17 21l-1.5-7"/>',
    "me": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20c.7-4 3.5-6 7.5-6s6.8 2 7.5 6"/>',
    "next": '<path d="m9.5 5.5 6.5 6.5-6.5 6.5"/>',
    "back": '<path d="M14.5 5.5 8 12l6.5 6.5"/>',
    "lost": '<path d="M5 5l14 14M10 5.5h8.5A2.5 2.5 0 0 1 21 8v8.5M17 18.5H5.5A2.5'
    ' 2.5 0 0 1 3 16V8c0-.8.4-1.5 1-2"/>',
    "consent": '<path d="M6 3.5h9l3.5 3.5V20.5H6zM9 12.5l2.2 2.2 4.3-4.4"/>',
    "device": '<rect x="7" y="3" width="10" height="18" rx="2.3"/><path d="M11 18h2"/>',
    "shield": '<path d="M12 3.5 19 6v5.5c0 4.3-2.9 7.4-7 9-4.1-1.6-7-4.7-7-9V6z"/>',
    "help": '<circle cx="12" cy="12" r="8.5"/><path d="M9.6 9.5c.2-1.5 1.2-2.2 2.5-2.2'
    ' 1.4 0 2.5.9 2.5 2.2 0 1.9-2.6 2-2.6 4M12 16.5v.4"/>',
    "language": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5 5.2 5 11.8'
    ' 0 17-5-5.2-5-11.8 0-17z"/>',
    "theme": '<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17c4.7 0 8.5-3.8 8.5'
    '-8.5S16.7 3.5 12 3.5z" class="filled"/>',
    "home": '<path d="M12 4v10M8 10.5l4 4 4-4M5 19.5h14"/>',
    "leave": '<path d="M14 4.5H5.5v15H14M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5"/>',
    "sun": '<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6'
    'l1.4 1.4M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.5l3.5 2"/>',
    "done": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "alert": '<path d="M12 4 21 19.5H3zM12 10v4.5M12 17v.5"/>',
    "in": '<path d="M12 5v14M6 13l6 6 6-6"/>',
    "out": '<path d="M12 19V5M6 11l6-6 6 6"/>',
    "again": '<path d="M19.5 12A7.5 7.5 0 1 1 17 6.4M17.5 3v4h-4"/>',
}
