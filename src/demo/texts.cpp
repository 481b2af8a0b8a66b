#include "demo/texts.h"

namespace suki::demo {
namespace {

constexpr Who c = Who::customer, s = Who::staff, n = Who::note;

constexpr Line ref_hindi_lumalamig[] = {
    {c,
     "Magandang araw po. Yung nabili naming {product} sa inyo noong Agosto, hindi na po lumalamig mula kagabi. May "
     "laman pa pong ulam at gatas ng bata. Puwede po bang maipatingin agad?"},
    {s,
     "Magandang araw po, {name}. Pasensya na po sa abala. Pakitingnan po muna kung umaandar ang compressor sa likod at "
     "kung may yelong bumabara sa loob. Taga-saan po kayo para maiskedyul namin ang technician?"},
    {c, "Umuugong po pero mainit ang gilid. Dito po kami sa {place}. Nasa bahay po ako buong araw bukas."},
    {n,
     "Mukhang compressor o may tagas. Dalhin ang gauge at isang tangke ng gas. Pasok pa sa warranty, resibo {order}."},
    {s,
     "Salamat po. Pupunta po ang aming technician bukas ng umaga, 9 hanggang 11. Wala po kayong babayaran dahil sakop "
     "pa ng warranty. Ilipat po muna ang gatas sa may yelo."},
    {c, "Dumating na po siya at maayos na. Maraming salamat po!"}};
constexpr Line aircon_tumutulo[] = {
    {c,
     "Hello po, yung {product} namin tumutulo sa loob ng kwarto tuwing gabi. Nilinis ko na yung filter pero ganun pa "
     "rin. Normal po ba yun?"},
    {s,
     "Hello po, {name}. Hindi po normal ang tulo sa loob. Kadalasan po ay barado ang drain o hindi pantay ang "
     "pagkakakabit. Mayroon po ba kayong larawan ng likod ng unit?"},
    {c, "Eto po, naka-attach. Medyo nakatagilid nga po yata papasok."},
    {s,
     "Tama po kayo, nakatagilid papasok. Libre po ang pagsasaayos ng kabit dahil kami ang nagkabit. Sa Sabado po ng "
     "hapon, puwede po ba?"}};
constexpr Line saan_ang_order[] = {
    {c,
     "Good pm po. Nag-order po ako ng {product} last week, order {order}. Sabi po 3 days lang pero wala pa rin. Ano na "
     "po status?"},
    {s,
     "Good pm po, {name}. Humihingi po kami ng paumanhin. Naantala po ang truck papuntang {place} dahil sa baha. Bukas "
     "po ng hapon ang bagong iskedyul. Ayos lang po ba sa inyo?"},
    {c, "Sige po, basta may tatanggap kami hanggang 5pm. Pakitext na lang po bago dumating."}};
constexpr Line magkano_pa_ayos[] = {
    {c, "Tanong ko lang po magkano magpaayos ng {product}? Umiikot pa po pero mahina na ang hangin at umiinit."},
    {s,
     "Salamat po sa tanong, {name}. ₱150 po ang pagsusuri, at ibabawas ito sa singil kung ipapagawa ninyo. Kung "
     "capacitor lang po, nasa ₱350 lahat. Dalhin lang po sa counter anumang oras na bukas kami."},
    {c, "Ok po, dadalhin ko sa Sabado. Salamat po."}};
constexpr Line ibalik_ang_bayad[] = {
    {c,
     "Gusto ko na lang pong ibalik ang {product}. Dalawang beses nang pinalitan at sira pa rin. Paki-refund na lang po "
     "ang ₱{price}. Nakakapagod na po."},
    {n, "Pangatlong reklamo na. Pumayag si Ma'am na i-refund nang buo, huwag nang pahirapan."},
    {s,
     "Nauunawaan po namin, {name}, at humihingi po kami ng tawad. Ibabalik po namin nang buo ang ₱{price}. Saan po "
     "ninyo gustong matanggap, GCash o cash sa tindahan?"},
    {c, "GCash na lang po, parehong number. Kailan po papasok?"},
    {s,
     "Sa loob po ng tatlong araw ng trabaho. Magpapadala po kami ng patunay dito. Kukunin din po ng driver ang unit, "
     "wala kayong gagastusin."}};
constexpr Line warranty_resibo[] = {
    {c, "Nawala ko na po ang resibo ng {product}. May warranty pa po ba ako? Mga 8 buwan pa lang po."},
    {s,
     "Opo, {name}, huwag po kayong mag-alala. Hinahanap po namin ang bili sa pangalan ninyo. Nakita na po namin: "
     "{order}. May warranty pa po kayo hanggang sa susunod na taon."},
    {c, "Hay salamat po! Dadalhin ko po bukas."}};
constexpr Line washing_ingay[] = {
    {c,
     "Ma'am/Sir, ang ingay po ng {product} kapag nag-i-spin, parang lilipad. 2 months pa lang po sa amin. Paano po "
     "ito?"},
    {s,
     "Hello po, {name}. Naalis po ba ang mga turnilyo sa likod na pang-biyahe noong ikinabit? Kapag naiwan po kasi ang "
     "mga iyon, ganyan ang ingay. Huwag po munang gamitin ang spin."},
    {c, "May 4 pa nga po na bolt sa likod! Tinanggal ko na, tahimik na. Nakakahiya po haha. Thank you po!"}};
constexpr Line piyesa_lamig[] = {
    {c,
     "Follow up ko lang po yung {product} na iniwan ko sa workshop. Sabi po may darating na thermostat. Mag-iisang "
     "linggo na po, nagrerenta lang ako ng yelo."},
    {s,
     "Pasensya na po, {name}. Hinihintay pa po namin ang thermostat mula sa Maynila. Sasabihan po namin kayo sa araw "
     "na dumating, at uunahin po namin ang sa inyo. Pahihiramin po namin kayo ng maliit na ref habang naghihintay, "
     "kukunin lang sa counter."}};
constexpr Line hulugan[] = {
    {c, "Pwede po bang hulugan ang {product}? Magkano po buwanan at ano requirements? Taga {place} po ako."},
    {s,
     "Puwede po, {name}. Anim na buwan po na walang patong: ₱{price} hati sa anim. Dalhin lang po ang isang valid ID "
     "at patunay ng kita. Mga 20 minuto lang po ang pag-apruba."},
    {c, "Pwede po ba kahit barangay ID lang?"},
    {s, "Opo, tinatanggap po namin ang barangay ID kasama ang isang bill na may pangalan ninyo."}};
constexpr Line mali_ang_kulay[] = {{c,
                                    "Mali po ang dumating na {product}, puti po ang in-order ko pero itim ang binigay. "
                                    "Hindi pa po binuksan ang kahon."},
                                   {s,
                                    "Paumanhin po, {name}, pagkakamali po namin. Papalitan po namin bukas sa {place}, "
                                    "wala po kayong babayaran. Ihanda lang po ang resibo at ang kahon."}};
constexpr Line bukas_ba[] = {{c, "Bukas po ba kayo sa Sabado? Galing pa po akong {place}, titingin sana ng {product}."},
                             {s,
                              "Bukas po kami ng Sabado, 9 hanggang 12 at 1 hanggang 5, {name}. May naka-display po "
                              "kaming tatlong modelo. Ingat po sa biyahe!"}};
constexpr Line usok[] = {
    {c,
     "Umusok po yung {product} namin kanina habang ginagamit!! Pinatay ko agad sa breaker. Natatakot na po kaming "
     "gamitin. Ano po gagawin namin?"},
    {s,
     "Mabuti po at pinatay ninyo agad, {name}. Huwag na huwag na po itong isaksak. May nasaktan po ba? Susunduin po ng "
     "technician ang unit ngayong araw, at papalitan namin kung sa unit ang sira."},
    {c, "Wala naman pong nasaktan, salamat sa Diyos. Hintayin po namin."},
    {n, "Unahin ito. Kunan ng larawan ang board at ireport sa manufacturer."}};

constexpr Line fridge_warm[] = {
    {c,
     "Hi, our {product} stopped cooling this morning. The light is on and I can hear it click every few minutes. We "
     "have medicine in there that must stay cold. How soon can someone come to {place}?"},
    {s,
     "Good day, {name}. I am sorry, and we will be quick. Please move the medicine into a cooler with ice for now. Our "
     "technician can be with you today between 2 and 4. The clicking tells us it is most likely the start relay, which "
     "we carry."},
    {c, "Thank you, 2 to 4 is fine. The gate is green, please call when outside."},
    {s,
     "It was the start relay, replaced under warranty, and the temperature is back at 4 degrees. Please let us know if "
     "it clicks again."}};
constexpr Line oven_delivery[] = {{c,
                                   "I ordered a {product} (order {order}) as a wedding present. Can you deliver it to "
                                   "{place} on Saturday instead of Friday, and take the price off the box?"},
                                  {s,
                                   "Of course, {name}. It now goes out on Saturday morning, without the price, and we "
                                   "have wrapped it. Congratulations to the couple!"},
                                  {c, "You are the best. Thank you!"}};
constexpr Line fan_noise[] = {{c,
                               "The {product} I bought from you last month rattles at speed 3. I tightened the front "
                               "grille but it is still there. Is this covered?"},
                              {s,
                               "It is covered, {name}. Nine times out of ten it is the blade: please check whether it "
                               "sits fully on the shaft and the nut behind it is tight (it turns the other way). If it "
                               "still rattles, bring it in and we swap the blade while you wait."},
                              {c, "That was it, the nut was loose. Silent now."}};
constexpr Line refund_slow[] = {
    {c,
     "I returned the {product} nine days ago and was promised my money within three working days. I have called twice. "
     "Order {order}, ₱{price}. I would like a date, please."},
    {n, "Accounting had the wrong account number. Sent again today, reference in the blue folder."},
    {s,
     "You are right to be upset, {name}, and I am sorry. The transfer came back because of a wrong digit on our side. "
     "It was sent again today, ₱{price}, and should be there tomorrow. I have added a voucher for your next visit."},
    {c, "It arrived. Thank you for sorting it out in the end."}};
constexpr Line which_aircon[] = {
    {c,
     "We are choosing an air conditioner for a 14 square metre bedroom that gets the afternoon sun. Is the {product} "
     "enough or should we go one size up? The bill matters to us."},
    {s,
     "Good question, {name}. With the afternoon sun go one size up: the smaller one would run without a pause and cost "
     "you more. An inverter of that size uses about ₱900 a month at eight hours a day. Would you like us to measure "
     "the room, free of charge?"}};
constexpr Line parts_wait[] = {
    {c,
     "Any news on my {product}? You have had it since the start of the month and the family is living on canned food."},
    {s,
     "I am sorry, {name}. The control board was due on Friday and is now promised for Wednesday. I will write to you "
     "that day whatever happens. Please borrow one of our small units until then; it is at the counter under your "
     "name."},
    {n, "Ask the manufacturer for a date in writing. Third board this quarter."}};
constexpr Line wrong_part[] = {
    {c,
     "The knob set you sent does not fit my {product}. The shaft is D-shaped and the knobs are round. Photo attached."},
    {s,
     "Thank you for the photo, {name}, that made it easy. You have the newer version. The right set leaves today; keep "
     "or throw away the other one."},
    {c, "Fits perfectly. Thanks!"}};
constexpr Line invoice_copy[] = {{c,
                                  "Could I get a copy of the official receipt for order {order}? I need it for the "
                                  "office by the end of the week. Name of the company and TIN are in the attachment."},
                                 {s,
                                  "Here you are, {name}: the copy is at the counter, and the scan goes to this address "
                                  "today. Is the company's name spelled as in your attachment?"},
                                 {c, "Yes, exactly as in the attachment."},
                                 {s, "Sent. Have a good week!"}};
constexpr Line rice_cooker[] = {{c,
                                 "My {product} keeps switching to warm while the rice is still raw. It is seven months "
                                 "old. Do I have to bring it in?"},
                                {s,
                                 "Hello {name}. Please wipe the metal disc under the pot and the bottom of the pot "
                                 "itself: one grain of rice is enough to cause this. If it happens again, bring it in "
                                 "with the receipt and we replace the sensor under warranty."}};
constexpr Line washer_leak[] = {
    {c,
     "Water under the {product} after every wash. I have already changed the hose. I live on the third floor and the "
     "neighbour below is not happy. {place}."},
    {s,
     "Please close the tap between washes for now, {name}. It sounds like the pump seal. We can come on Thursday "
     "morning; the visit is free under warranty. Would 8:30 suit you?"},
    {c, "8:30 is fine, but please be on time, I have to go to work after."},
    {s, "We will be there at 8:30."}};
constexpr Line thanks_review[] = {
    {c,
     "I just want to say that the young man who fixed our {product} was polite, cleaned up after himself and explained "
     "everything to my mother. Please tell his boss."},
    {s, "You made our day, {name}. His boss has read it aloud in the workshop. Thank you!"}};
constexpr Line bulk_order[] = {
    {c,
     "We run a small inn near {place} and need twelve of the {product} before the holidays. What price can you do, and "
     "can you deliver in two batches?"},
    {s,
     "Thank you for thinking of us, {name}. For twelve we can do ₱{price} each with delivery in two batches included. "
     "The first six could leave on Monday. Shall I prepare a written offer?"},
    {c, "Please do, addressed to the inn."},
    {n, "Reseller terms, see price list B. Owner wants to sign it herself."}};

constexpr Scene all_scenes[] = {
    {"repair-cooling", Language::fil, "cold", "Hindi na lumalamig ang ref", ref_hindi_lumalamig},
    {"repair-cooling", Language::fil, "cold", "Tumutulo sa loob", aircon_tumutulo},
    {"delivery", Language::fil, "any", "Nasaan na po ang order ko", saan_ang_order},
    {"repair-other", Language::fil, "small", "Magkano magpaayos", magkano_pa_ayos},
    {"refund", Language::fil, "any", "Refund na lang po", ibalik_ang_bayad},
    {"warranty", Language::fil, "any", "Nawalang resibo", warranty_resibo},
    {"repair-other", Language::fil, "small", "Sobrang ingay kapag spin", washing_ingay},
    {"repair-cooling", Language::fil, "cold", "Follow up sa piyesa", piyesa_lamig, true},
    {"question", Language::fil, "any", "Hulugan po ba", hulugan},
    {"delivery", Language::fil, "any", "Maling kulay ang dumating", mali_ang_kulay},
    {"question", Language::fil, "any", "Bukas po ba kayo sa Sabado?", bukas_ba},
    {"warranty", Language::fil, "small", "Umusok habang ginagamit!!", usok},
    {"repair-cooling", Language::en, "cold", "Not cooling since this morning", fridge_warm},
    {"delivery", Language::en, "small", "Deliver on Saturday, please", oven_delivery},
    {"warranty", Language::en, "small", "Rattling noise", fan_noise},
    {"refund", Language::en, "any", "Where is my refund?", refund_slow},
    {"question", Language::en, "cold", "Which size for 14 square metres?", which_aircon},
    {"repair-cooling", Language::en, "cold", "Still waiting for the repair", parts_wait, true},
    {"repair-other", Language::en, "small", "Knobs do not fit", wrong_part},
    {"question", Language::en, "any", "Copy of official receipt", invoice_copy},
    {"warranty", Language::en, "small", "Rice stays raw", rice_cooker},
    {"repair-other", Language::en, "small", "Water under the machine", washer_leak},
    {"question", Language::en, "any", "Thank you", thanks_review},
    {"question", Language::en, "any", "Price for twelve", bulk_order},
};

constexpr const char* firsts[] = {
    "Liza",    "Jun",   "Maricel", "Rodel",   "Aileen",     "Nestor", "Grace",    "Dindo",  "Cristina", "Arnel",
    "Rowena",  "Edgar", "Jocelyn", "Rommel",  "Tess",       "Benjie", "Marites",  "Carlo",  "Divina",   "Ferdie",
    "Luz",     "Ramon", "Analyn",  "Jericho", "Melanie",    "Noel",   "Pilar",    "Gino",   "Shiela",   "Vicente",
    "Corazon", "Paolo", "Imelda",  "Rico",    "Bernadette", "Alvin",  "Teresita", "Marvin", "Joy",      "Lito"};
constexpr const char* lasts[] = {
    "Cruz",        "Reyes",       "Santos",     "Bautista", "Ocampo", "Garcia",  "Mendoza",  "Torres",
    "Castillo",    "Flores",      "Villanueva", "Ramos",    "Aquino", "Navarro", "Salazar",  "Mercado",
    "Dizon",       "Pascual",     "Lim",        "Tan",      "Manalo", "Soriano", "Valdez",   "Abad",
    "Del Rosario", "Evangelista", "Domingo",    "Fajardo",  "Ilagan", "Javier",  "Katigbak", "Macaraeg",
    "Nolasco",     "Pangilinan",  "Quizon",     "Roxas",    "Sison",  "Umali",   "Yap",      "Zamora"};
constexpr const char* all_places[] = {
    "San Pablo", "Alaminos",           "Rizal, Laguna",         "Calauan",   "Nagcarlan", "Liliw", "Tiaong",
    "Dolores",   "Barangay San Roque", "Barangay Santa Monica", "Los Baños", "Candelaria"};
constexpr const char* cold[] = {"Lamig two-door ref",           "Lamig 7 cu.ft. ref",  "Amihan 1.0 HP inverter aircon",
                                "Amihan 0.75 HP window aircon", "Lamig chest freezer", "Bughaw mini ref"};
constexpr const char* small[] = {"Hangin 16-inch stand fan",
                                 "Kislap 1.8 L rice cooker",
                                 "Linis 7 kg washing machine",
                                 "Kislap oven toaster",
                                 "Dagitab induction cooker",
                                 "Linis twin-tub washer",
                                 "Hangin desk fan",
                                 "Kislap blender"};

}  // namespace

std::span<const Scene> scenes() {
  return all_scenes;
}
std::span<const char* const> first_names() {
  return firsts;
}
std::span<const char* const> last_names() {
  return lasts;
}
std::span<const char* const> places() {
  return all_places;
}
std::span<const char* const> cold_products() {
  return cold;
}
std::span<const char* const> small_products() {
  return small;
}

}  // namespace suki::demo
