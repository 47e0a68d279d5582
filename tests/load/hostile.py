"""Files that readers trip over, each named for what is wrong with it, and what must come of it.

``python tests/load/make_files.py`` writes them to ``tests/load/files``.
"""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fit_maker import SESSION, fit_file, record, run_file, seconds, session

NARROW = "\N{NARROW NO-BREAK SPACE}"
#: The columns of a Strava export as far as they matter; the names that are there twice are there twice.
STRAVA = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Activity Gear,"
    "Filename,Elapsed Time,Moving Time,Distance"
)


@dataclass(frozen=True)
class Hostile:
    """A file and what must come of it.

    ``runs`` are (day, kilometres) of the runs that must be found, ``refused`` (row, words of the reason)
    of what must be refused, row 0 for the whole file. ``activities`` is None for as many as runs.
    """

    name: str
    content: bytes
    runs: tuple[tuple[str, float], ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    activities: int | None = None
    note: str = ""


def strava(*rows: str, header: str = STRAVA, encoding: str = "utf-8", ends: str = "\n") -> bytes:
    return (ends.join([header, *rows]) + ends).encode(encoding)


def strava_row(
    number: int, day: int, km: float | str, *, name: str = "Morning", sport: str = "Run", date: str = ""
) -> str:
    written = date or f"Jan {day}, 2024, 9:00:00 AM"
    metres = f"{km * 1000:.1f}" if isinstance(km, float | int) else km
    return f'{number},"{written}",{name},{sport},,3900,{km},Blue,activities/{number}.fit.gz,3900,3600,{metres}'


A, B = ("2024-01-04", 10.0), ("2024-01-08", 12.5)
GOOD = (strava_row(1, 4, 10.0), strava_row(2, 8, 12.5))


def broken(name: str, row: str, reason: str, *, at: int = 3) -> Hostile:
    """Return a Strava list with one bad row between two good ones."""
    return Hostile(name, strava(GOOD[0], row, GOOD[1]), (A, B), ((at, reason),))


def strava_lists() -> list[Hostile]:
    german = "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Beschreibung,Verstrichene Zeit,Distanz,Ausrüstung,Dateiname,Verstrichene Zeit,Bewegungszeit,Distanz"
    french = "ID de l'activité,Date de l'activité,Nom de l'activité,Type d'activité,Description,Temps écoulé,Distance,Équipement,Nom du fichier,Temps écoulé,Durée de déplacement,Distance"
    spanish = "ID de actividad,Fecha de la actividad,Nombre,Tipo de actividad,Descripción,Tiempo transcurrido,Distancia,Equipamiento,Nombre de archivo,Tiempo transcurrido,Tiempo en movimiento,Distancia"
    japanese = "アクティビティ ID,アクティビティ日,名前,アクティビティタイプ,説明,経過時間,距離,ギア,ファイル名,経過時間,移動時間,距離"
    return [
        Hostile("strava_german_decimal_comma.csv", strava(
            '1,"04.01.2024, 09:00:00",Morgens,Lauf,,3900,"10,02",Blau,a.fit.gz,3900,3600,"10020,0"',
            '2,"08.01.2024, 21:00:00",Abends,Lauf,,3900,"12,50",Blau,b.fit.gz,3900,3600,"12500,0"',
            '3,"09.01.2024, 21:00:00",Rad,Radfahrt,,3900,"40,00",,c.fit.gz,3900,3600,"40000,0"',
            header=german), (("2024-01-04", 10.02), ("2024-01-08", 12.5)), activities=3),
        Hostile("strava_french_words_and_narrow_spaces.csv", strava(
            f'1,"4 janv. 2024 à{NARROW}09:00:00",Matin,Course à pied,,3900,"10,0",Bleu,a.gpx,3900,3600,"10{NARROW}000,0"',
            '2,"3 févr. 2024, 09:00:00",Matin,Course à pied,,3900,"12,5",Bleu,a.gpx,3900,3600,"12500,0"',
            header=french), (A, ("2024-02-03", 12.5))),
        Hostile("strava_spanish_months.csv", strava(
            '1,"4 ene. 2024, 9:00:00",Mañana,Carrera,,3900,"10,0",,a.gpx,3900,3600,"10000,0"',
            '2,"31 dic. 2023, 9:00:00",Mañana,Carrera,,3900,"8,0",,a.gpx,3900,3600,"8000,0"',
            header=spanish), (("2023-12-31", 8.0), A)),
        Hostile("strava_japanese_headers.csv", strava(
            '1,"2024年1月4日 9:00:00",朝,ラン,,3900,10.0,青,a.gpx,3900,3600,10000.0',
            '2,"2024年1月8日 午後9:00:00",夜,ラン,,3900,12.5,青,a.gpx,3900,3600,12500.0',
            header=japanese), (A, B)),
        Hostile("strava_first_distance_in_miles.csv", strava(
            '1,"Jan 4, 2024, 9:00:00 AM",Morning,Run,,3900,6.21,Blue,a.fit.gz,3900,3600,10000.0',
            '2,"Jan 8, 2024, 9:00:00 AM",Morning,Run,,3900,7.77,Blue,b.fit.gz,3900,3600,12500.0'), (A, B)),
        Hostile("strava_swim_in_metres_beside_runs.csv", strava(
            *GOOD, '3,"Jan 9, 2024, 9:00:00 AM",Pool,Swim,,3900,"1,500",,c.fit.gz,3900,3600,1500.0'), (A, B), activities=3),
        Hostile("strava_narrow_no_break_space_before_am.csv", strava(
            *(row.replace(" AM", f"{NARROW}AM") for row in GOOD)), (A, B)),
        Hostile("strava_noon_and_midnight.csv", strava(
            strava_row(1, 4, 10.0, date="Jan 4, 2024, 12:00:00 AM"), strava_row(2, 8, 12.5, date="Jan 8, 2024, 12:30:00 PM")),
            (A, B)),
        Hostile("strava_line_breaks_and_commas_in_text.csv", strava(
            '1,"Jan 4, 2024, 9:00:00 AM","Long, slow",Run,"first\nsecond, ""quoted""\n\nthird",3900,10.0,"Blue, old",a.fit.gz,3900,3600,10000.0',
            strava_row(2, 8, -3), GOOD[1].replace("2,", "3,", 1)), (A, B), ((3, "negative"),)),
        broken("strava_quotation_mark_never_closed.csv",
               '7,"Jan 6, 2024, 9:00:00 AM","never closed,Run,,3900,5.0,Blue,x.gpx,3900,3600,5000.0', "quotation mark"),
        Hostile("strava_quotation_mark_never_closed_at_the_end.csv", strava(
            *GOOD, '7,"Jan 6, 2024, 9:00:00 AM","never closed,Run,,3900,5.0,Blue,x.gpx,3900,3600,5000.0'), (A, B),
            ((4, "never closed"),)),
        broken("strava_quotation_mark_inside_a_cell.csv",
               '7,"Jan 6, 2024, 9:00:00 AM","the "fast" one",Run,,3900,5.0,Blue,x.gpx,3900,3600,5000.0', "quotation mark"),
        broken("strava_negative_distance.csv", strava_row(7, 6, -5.0), "negative"),
        broken("strava_no_distance.csv", strava_row(7, 6, ""), "missing"),
        broken("strava_distance_of_zero.csv", strava_row(7, 6, 0.0), "is 0"),
        broken("strava_distance_not_a_number.csv", strava_row(7, 6, "NaN"), "no number"),
        broken("strava_distance_is_a_formula.csv", strava_row(7, 6, "=5+5"), "no number"),
        broken("strava_distance_infinite.csv", strava_row(7, 6, "1e999"), "no number"),
        broken("strava_two_distances_disagree.csv", strava_row(7, 6, 5.0).replace("5000.0", "9000.0"), "disagree"),
        broken("strava_row_with_too_many_cells.csv",
               '7,"Jan 6, 2024, 9:00:00 AM",Morning,Run,,3900,5,2,Blue,x.gpx,3900,3600,5,2', "cells where"),
        broken("strava_row_with_too_few_cells.csv", '7,"Jan 6, 2024, 9:00:00 AM",Morning,Run,,3900,5.0,Blue', "cut short"),
        Hostile("strava_cut_in_the_last_row.csv", strava(*GOOD)[:-9], (A,), ((3, "cut short"),)),
        broken("strava_30_february.csv", strava_row(7, 6, 5.0, date="Feb 30, 2024, 9:00:00 AM"), "no such date"),
        broken("strava_hour_25.csv", strava_row(7, 6, 5.0, date="Jan 6, 2024, 25:00:00"), "no such date"),
        broken("strava_no_date.csv", '7,"",Morning,Run,,3900,5.0,Blue,x.gpx,3900,3600,5000.0', "date is missing"),
        broken("strava_date_is_a_word.csv", strava_row(7, 6, 5.0, date="yesterday"), "no date"),
        broken("strava_clock_of_1970.csv", strava_row(7, 6, 5.0, date="Jan 1, 1970, 9:00:00 AM"), "clock"),
        broken("strava_date_in_2099.csv", strava_row(7, 6, 5.0, date="Jan 1, 2099, 9:00:00 AM"), "future"),
        broken("strava_no_sport.csv", strava_row(7, 6, 5.0, sport=""), "kind of activity"),
        Hostile("strava_sport_nobody_knows.csv", strava(*GOOD, strava_row(3, 9, 5.0, sport="Underwater Hockey")), (A, B),
                activities=3, note="underwater hockey"),
        broken("strava_same_activity_twice.csv", GOOD[0], "already"),
        broken("strava_car_ride_as_run.csv", strava_row(7, 6, 80.0), "faster than anybody"),
        Hostile("strava_run_of_a_thousand_km.csv", strava(
            GOOD[0], strava_row(7, 6, 1000.0).replace("3900", "390000").replace("3600", "360000"), GOOD[1]), (A, B),
            ((3, "500 km"),)),
        Hostile("strava_two_exports_in_one_file.csv", strava(GOOD[0], STRAVA, GOOD[1]), (A, B)),
        Hostile("strava_no_second_distance.csv", strava(
            '1,"Jan 4, 2024, 9:00:00 AM",Run,10.0,x', '2,"Jan 8, 2024, 9:00:00 AM",Run,12.5,y',
            header="Activity ID,Activity Date,Activity Type,Distance,Filename"), (A, B), note="kilometres were assumed"),
        Hostile("strava_times_of_all_rows_midnight.csv", strava(
            strava_row(1, 4, 10.0, date="Jan 4, 2024, 12:00:00 AM"), strava_row(2, 4, 10.0, date="Jan 4, 2024, 12:00:00 AM")),
            (A, A)),
    ]  # fmt: skip


def other_lists() -> list[Hostile]:
    garmin = (
        "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Avg Run Cadence,Avg Stride Length,Total Ascent"
    )
    plain = "date,distance_km,sport,shoe"
    two = ("2024-01-04,10.0,Run,Blue", "2024-01-08,12.5,Run,Blue")
    return [
        Hostile("garmin_miles_shown_by_the_steps.csv", strava(
            *(f"Running,2024-01-{day:02} 09:00:00,false,Run,{mi},600,{clock},150,170,1.00,100"
              for day, mi, clock in ((4, "6.21", "00:58:49"), (8, "7.77", "01:13:32"), (9, "3.11", "29:26.5"))),
            header=garmin), (("2024-01-04", 9.994026), ("2024-01-08", 12.504603), ("2024-01-09", 5.00506))),
        Hostile("garmin_dashes_for_missing_cells.csv", strava(
            "Running,2024-01-04 09:00:00,false,Run,10.00,--,00:55:00,--,--,--,--",
            "Running,2024-01-08 09:00:00,false,Run,--,600,00:55:00,150,170,1.07,100",
            header=garmin), (A,), ((3, "missing"),), note="kilometres were assumed"),
        Hostile("garmin_thousands_comma_in_swims.csv", strava(
            'Pool Swim,2024-01-03 09:00:00,false,Swim,"1,500",300,00:30:00,120,--,--,--',
            'Running,2024-01-04 09:00:00,false,Run,"10.00",600,00:55:00,150,--,--,"1,234"',
            header=garmin), (A,), activities=2, note="kilometres were assumed"),
        Hostile("garmin_german_treadmill.csv", strava(
            'Laufbandlauf,2024-01-04 09:00:00,false,Lauf,"10,00",600,00:55:00',
            'Laufen,2024-01-08 09:00:00,false,Lauf,"12,50",600,01:05:00',
            header="Aktivitätstyp,Datum,Favorit,Titel,Distanz,Kalorien,Zeit"), (A, B), note="kilometres were assumed"),
        Hostile("list_from_excel_with_sep_line_and_semicolons.csv", strava(
            "datum;distanz;type", "04.01.2024;10,0;Lauf", "08.01.2024;12,5;Lauf", header="sep=;"), (A, B), note="kilometres"),
        Hostile("list_with_tabs_in_utf_16.csv", strava(
            *(row.replace(",", "\t") for row in two), header=plain.replace(",", "\t"), encoding="utf-16"), (A, B)),
        Hostile("list_in_utf_16_without_a_mark.csv", strava(*two, header=plain, encoding="utf-16-le"), (A, B), note="UTF-8"),
        Hostile("list_in_windows_1252.csv", strava(
            "2024-01-04,10.0,Run,Grün", "2024-01-08,12.5,Run,Grün", header=plain, encoding="cp1252"), (A, B), note="UTF-8"),
        Hostile("list_with_byte_order_mark.csv", strava(*two, header=plain, encoding="utf-8-sig"), (A, B)),
        Hostile("list_with_old_mac_line_ends.csv", strava(*two, header=plain, ends="\r"), (A, B)),
        Hostile("list_with_empty_rows_and_lines_above.csv", strava(
            "", plain, two[0], "", ",,,", two[1], header="My training 2024"), (A, B)),
        Hostile("list_with_month_first_dates.csv", strava(
            "01/04/2024,10.0,Run,", "01/08/2024,12.5,Run,", "01/31/2024,8.0,Run,", header=plain),
            (A, B, ("2024-01-31", 8.0))),
        Hostile("list_with_dates_in_order_only_one_way.csv", strava(
            "11/01/2024,10.0,Run,", "12/01/2024,11.0,Run,", "01/02/2024,12.5,Run,", header=plain),
            (("2024-01-11", 10.0), ("2024-01-12", 11.0), ("2024-02-01", 12.5))),
        Hostile("list_with_dates_that_contradict_each_other.csv", strava(
            "31/01/2024,10.0,Run,", "01/31/2024,12.5,Run,", "02/03/2024,8.0,Run,", header=plain),
            (("2024-01-31", 10.0), ("2024-01-31", 12.5)), ((4, "two ways"),)),
        Hostile("list_with_unclear_dates.csv", strava("03/02/2024,10.0,Run,", header=plain), (("2024-02-03", 10.0),),
                note="day first"),
        Hostile("list_with_both_decimal_marks.csv", strava(
            '2024-01-04,"10,0",Run,', "2024-01-08,12.5,Run,", header=plain), (A, B)),
        Hostile("list_with_units_in_the_cells.csv", strava(
            "2024-01-04,10 km,Run", '2024-01-08,"7,767 mi",Run', "2024-01-09,5000 m,Run", header="date,distance,sport"),
            (A, ("2024-01-08", 12.4998), ("2024-01-09", 5.0)), note="kilometres"),
        Hostile("list_with_miles_in_the_header.csv", strava(
            "2024-01-04,6.2137,Run", "2024-01-08,7.7671,Run", header="date,Distance (mi),sport"),
            (("2024-01-04", 9.999984), ("2024-01-08", 12.499936))),
        Hostile("list_without_a_sport.csv", strava("2024-01-04,10.0", "2024-01-08,12.5", header="date,distance_km"), (A, B),
                note="names no sport"),
        Hostile("list_with_zero_bytes.csv", strava(*two, header=plain).replace(b"10.0", b"1\x000.0"), (A, B)),
        Hostile("list_with_two_runs_on_one_day.csv", strava(two[0], two[0], two[1], header=plain), (A, A, B)),
        Hostile("list_without_a_distance.csv", strava("2024-01-04,Run", header="date,sport"), refused=((0, "distance"),)),
        Hostile("list_with_a_header_only.csv", strava(header=plain), refused=((0, "no rows"),)),
        Hostile("list_that_is_empty.csv", b"", refused=((0, "empty"),)),
        Hostile("list_that_is_a_web_page.csv", b"<!DOCTYPE html><html><body>Log in</body></html>", refused=((0, "web page"),)),
        Hostile("list_that_is_a_picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4,
                refused=((0, "none of the kinds"),)),
        Hostile("list_that_is_a_poem.csv", b"Whose woods are these\nI think I know\n", refused=((0, "no row names"),)),
        Hostile("list_that_is_a_workbook.csv", zipped({"xl/workbook.xml": b"<workbook/>"}), refused=((0, "no training log"),)),
    ]  # fmt: skip


# ---- tracks -----------------------------------------------------------------------------------------

#: A degree of latitude, as the parser measures it.
DEGREE_KM = 111.195


def gpx(*tracks: str, extra: str = "", encoding: str = "UTF-8") -> str:
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n{extra}<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">'
    return head + "".join(tracks) + "</gpx>\n"


def track(*segments: Sequence[tuple[float, str]], kind: str = "running") -> str:
    points = "".join(
        "<trkseg>"
        + "".join(
            f'<trkpt lat="{lat}" lon="8.0"><ele>100</ele>{f"<time>{when}</time>" if when else ""}</trkpt>'
            for lat, when in segment
        )
        + "</trkseg>"
        for segment in segments
    )
    return f"<trk><name>Secret street 5</name>{f'<type>{kind}</type>' if kind else ''}{points}</trk>"


def points(lat: float, count: int, begin: str = "2024-01-04T09:", step: float = 0.01) -> list[tuple[float, str]]:
    return [(round(lat + step * number, 6), f"{begin}{number * 6:02}:00Z") for number in range(count)]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + "]>\n"  # fmt: skip


def tracks() -> list[Hostile]:
    ten = 9 * 0.01 * DEGREE_KM
    run = track(points(50, 10))
    tcx_head = '<?xml version="1.0"?>\n{extra}<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">'
    lap = '<Lap StartTime="2024-01-04T09:00:00Z"><TotalTimeSeconds>{s}</TotalTimeSeconds><DistanceMeters>{m}</DistanceMeters>{t}</Lap>'
    point = (
        "<Track><Trackpoint><Time>2024-01-04T09:30:00Z</Time><DistanceMeters>9999</DistanceMeters></Trackpoint></Track>"
    )

    def tcx(*laps: str, sport: str = "Running", extra: str = "") -> bytes:
        inner = f'<Activities><Activity Sport="{sport}"><Id>2024-01-04T09:00:00Z</Id>{"".join(laps)}</Activity></Activities>'
        return (tcx_head.format(extra=extra) + inner + "</TrainingCenterDatabase>").encode()

    good = tcx(lap.format(s=1800, m=6000, t=point), lap.format(s=1800, m=4000, t=""))
    return [
        Hostile("gpx_of_a_run.gpx", gpx(run).encode(), (("2024-01-04", ten),)),
        Hostile("gpx_with_a_pause_between_segments.gpx", gpx(
            track(points(50, 5), points(51, 5, "2024-01-04T10:"))).encode(), (("2024-01-04", 8 * 0.01 * DEGREE_KM),)),
        Hostile("gpx_with_two_tracks.gpx", gpx(run, track(points(50, 5, "2024-01-08T09:"))).encode(),
                (("2024-01-04", ten), ("2024-01-08", 4 * 0.01 * DEGREE_KM))),
        Hostile("gpx_of_a_ride.gpx", gpx(track(points(50, 10), kind="cycling")).encode(), activities=1),
        Hostile("gpx_without_a_sport.gpx", gpx(track(points(50, 10), kind="")).encode(), (("2024-01-04", ten),),
                note="names no sport"),
        Hostile("gpx_in_utf_16.gpx", gpx(run, encoding="UTF-16").encode("utf-16"), (("2024-01-04", ten),)),
        Hostile("gpx_without_times.gpx", gpx(track([(50.0, ""), (50.01, "")])).encode(), refused=((0, "no times"),)),
        Hostile("gpx_of_a_route.gpx", gpx('<rte><rtept lat="50" lon="8"/></rte>').encode(), refused=((0, "no track"),)),
        Hostile("gpx_cut_short.gpx", gpx(run).encode()[:-200], refused=((0, "cut short"),)),
        Hostile("gpx_with_a_point_off_the_globe.gpx", gpx(track([(50.0, "2024-01-04T09:00:00Z"), (500.0, "2024-01-04T09:10:00Z")])).encode(),
                refused=((0, "globe"),)),
        Hostile("gpx_with_a_place_that_is_no_number.gpx", gpx(run).replace('lat="50.01"', 'lat="north"').encode(),
                refused=((0, "no GPX"),)),
        Hostile("gpx_with_times_backwards.gpx", gpx(track(points(50, 10)[::-1])).encode(), refused=((0, "backwards"),)),
        Hostile("gpx_that_jumps_across_the_sea.gpx", gpx(track([(50.0, "2024-01-04T09:00:00Z"), (0.0, "2024-01-04T09:10:00Z")])).encode(),
                refused=((0, "500 km"),)),
        Hostile("gpx_entity_bomb.gpx", gpx(run, extra=BOMB).replace("Secret street 5", "&j;").encode(),
                refused=((0, "XML bomb"),)),
        Hostile("gpx_entity_that_reads_a_file.gpx", gpx(run, extra='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>')
                .replace("Secret street 5", "&a;").encode(), refused=((0, "entities"),)),
        Hostile("gpx_entity_bomb_in_utf_16.gpx", gpx(run, extra=BOMB, encoding="UTF-16").encode("utf-16"),
                refused=((0, "XML bomb"),)),
        Hostile("gpx_that_claims_utf_7.gpx", gpx(run, encoding="UTF-7").encode(), refused=((0, "utf-7"),)),
        Hostile("gpx_with_a_thousand_name_spaces.gpx", gpx(run, "<!-- " + " xmlns" * 1000 + " -->").encode(),
                refused=((0, "name spaces"),)),
        Hostile("tcx_with_laps.tcx", good, (A,)),
        Hostile("tcx_with_laps_without_a_sum.tcx", tcx(lap.format(s=3600, m="", t=point).replace("<DistanceMeters></DistanceMeters>", "")),
                (("2024-01-04", 9.999),)),
        Hostile("tcx_of_a_ride.tcx", tcx(lap.format(s=1800, m=20000, t=""), sport="Biking"), activities=1),
        Hostile("tcx_cut_short.tcx", good[:-60], refused=((0, "cut short"),)),
        Hostile("tcx_distance_is_a_word.tcx", tcx(lap.format(s=1800, m="far", t="")), refused=((0, "no number"),)),
        Hostile("tcx_distance_negative.tcx", tcx(lap.format(s=1800, m=-5, t="")), refused=((0, "impossible"),)),
        Hostile("tcx_start_is_no_date.tcx", good.replace(b"2024-01-04T09:00:00Z", b"someday"), refused=((0, "no date"),)),
        Hostile("tcx_of_a_course.tcx", (tcx_head.format(extra="") + "<Courses><Course/></Courses></TrainingCenterDatabase>").encode(),
                refused=((0, "no activity"),)),
        Hostile("tcx_entity_bomb.tcx", tcx(lap.format(s=1, m="&j;", t=""), extra=BOMB), refused=((0, "XML bomb"),)),
        Hostile("xml_nested_ten_thousand_deep.tcx", tcx("<x>" * 10_000 + "</x>" * 10_000), refused=((0, "deeper"),)),
        Hostile("xml_of_something_else.xml", b"<?xml version='1.0'?><kml><Document/></kml>", refused=((0, "neither"),)),
    ]  # fmt: skip


# ---- binary -----------------------------------------------------------------------------------------

NINE = datetime(2024, 1, 4, 9, tzinfo=UTC)


def fits() -> list[Hostile]:
    good = run_file(NINE, 10.0, 55)
    start = seconds(NINE)
    legs = SESSION + session(start, 1500, 1800, "swimming") + session(start + 2000, 40000, 5000, "cycling")
    return [
        Hostile("fit_of_a_run.fit", good, (A,)),
        Hostile("fit_of_a_triathlon.fit", fit_file(legs + session(start + 8000, 10000, 3300)), (A,), activities=3),
        Hostile("fit_cut_short.fit", good[: len(good) // 2], refused=((0, "cut short"),)),
        Hostile("fit_cut_in_the_header.fit", good[:13], refused=((0, "cut short"),)),
        Hostile("fit_with_a_wrong_checksum.fit", good[:-2] + b"\0\0", refused=((0, "checksum"),)),
        Hostile("fit_with_a_flipped_bit.fit", good[:60] + bytes([good[60] ^ 1]) + good[61:], refused=((0, "checksum"),)),
        Hostile("fit_without_a_summary.fit", fit_file(b""), refused=((0, "no summary"),)),
        Hostile("fit_with_an_undefined_message.fit", fit_file(b"\x05abc"), refused=((0, "damaged"),)),
        Hostile("fit_with_a_clock_not_set.fit", fit_file(SESSION + session(1000, 10000, 3300)), refused=((0, "clock"),)),
        Hostile("fit_without_a_distance.fit", fit_file(SESSION + session(start, 42949672.95, 3300)), refused=((0, "missing"),)),
        Hostile("fit_by_name_only.fit", record(1, 2) * 5, refused=((0, "none of the kinds"),)),
    ]  # fmt: skip


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, content)
    return packed.getvalue()


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def archives() -> list[Hostile]:
    table, run = strava(*GOOD), run_file(NINE, 10.0, 55)
    export = {
        "activities.csv": table,
        "activities/1.fit.gz": packed(run),
        "media/photo.jpg": b"\xff\xd8",
        "bikes.csv": b"a\n",
    }
    locked = bytearray(zipped({"run.fit": run}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = locked.find(mark) + (6 if mark == b"PK\x03\x04" else 8)
        locked[at] |= 1
    lying = bytearray(zipped({"activities.csv": table}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", lying, lying.find(mark) + offset, 40)
    many = bytearray(zipped({"activities.csv": table}))
    struct.pack_into("<I", many, many.rfind(b"PK\x05\x06") + 12, 0x7FFFFFFF)
    return [
        Hostile("gz_of_a_fit.fit.gz", packed(run), (A,)),
        Hostile("gz_of_a_list.csv.gz", packed(table), (A, B)),
        Hostile("gz_of_a_gpx.gpx.gz", packed(gpx(track(points(50, 10))).encode()), (("2024-01-04", 9 * 0.01 * DEGREE_KM),)),
        Hostile("gz_cut_short.csv.gz", packed(table)[:-30], refused=((0, "cut short"),)),
        Hostile("gz_damaged.csv.gz", packed(table)[:40] + b"\xff" * 20 + packed(table)[60:], refused=((0, "damaged"),)),
        Hostile("gz_in_gz.csv.gz", packed(packed(table)), refused=((0, "packed twice"),)),
        Hostile("zip_of_a_whole_export.zip", zipped(export), (A, B), note="single files say the same"),
        Hostile("zip_of_single_files.zip", zipped({"a/1.fit.gz": packed(run), "a/2.gpx": gpx(track(points(50, 5, "2024-01-08T09:"))).encode()}),
                (A, ("2024-01-08", 4 * 0.01 * DEGREE_KM))),
        Hostile("zip_with_the_same_run_in_two_formats.zip", zipped({"1.fit": run, "2.fit.gz": packed(run)}), (A,),
                ((0, "already"),)),
        Hostile("zip_path_that_climbs_out.zip", zipped({"../../evil.csv": table, "good.csv": table}), (A, B), ((0, "climbs out"),)),
        Hostile("zip_path_from_the_root.zip", zipped({"/etc/cron.d/evil.csv": table}), refused=((0, "climbs out"),)),
        Hostile("zip_path_with_a_drive.zip", zipped({"C:\\evil.csv": table}), refused=((0, "climbs out"),)),
        Hostile("zip_path_that_climbs_with_backslashes.zip", zipped({"a\\..\\..\\evil.csv": table}), refused=((0, "climbs out"),)),
        Hostile("zip_in_zip.zip", zipped({"inner.zip": zipped(export)}), refused=((0, "within an archive"),)),
        Hostile("zip_with_a_password.zip", bytes(locked), refused=((0, "password"),)),
        Hostile("zip_packed_in_another_way.zip", zipped({"a.csv": table}, zipfile.ZIP_LZMA), refused=((0, "packed in a way"),)),
        Hostile("zip_that_lies_about_a_size.zip", bytes(lying), refused=((0, "damaged"),)),
        Hostile("zip_that_lists_too_much.zip", bytes(many), refused=((0, "more than"),)),
        Hostile("zip_cut_short.zip", zipped(export)[:-40], refused=((0, "cut short"),)),
        Hostile("zip_without_a_log.zip", zipped({"photo.jpg": b"\xff\xd8"}), refused=((0, "no training log"),)),
        Hostile("zip_that_is_empty.zip", zipped({}), refused=((0, "no training log"),)),
        Hostile("zip_with_one_bad_file.zip", zipped({"good.csv": table, "bad.fit": run[:50]}), (A, B), ((0, "cut short"),)),
    ]  # fmt: skip


def all_hostile() -> list[Hostile]:
    return [*strava_lists(), *other_lists(), *tracks(), *fits(), *archives()]
