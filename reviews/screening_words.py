"""Word lists for ``screening``: data only, lower case, kept by hand.

General words of the field, never words of one review: a review's own names come by its roster.
"""


def _list(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(line.strip() for line in text.splitlines() if line.strip())


# Forenames and surnames that are also everyday words: never a mark alone.
ORDINARY_NAMES = _list("""
abbott amber angel april archer ash august autumn baker ball banks barber barker barrow bean bell
berry best bill bird bishop black blake bliss blossom blue bob bond bone booth bow bowling bower
bridge bridges brook brooks brown bull burn burns bush butcher butler cannon carol carpenter carr
carter case cash castle chamber chambers chance chase cherry chester child childs chip christian
church clay cliff cole constable constance cook cooper cope cotton court cox craft crane crisp
cross crystal daisy dale dawn day days dean dear dell denim dinner dolly draper drake drew drummer
duke earl early east english ernest eve faith farmer fern field fields finch fisher flint flower
flowers foot ford forest foster fox frank freeman french frost gale gardener gardner garland gates
gay gem gene gift glen glover gold good goodman grace grant gray green greenwood grey guest gun guy
hall hand hands harmony hart haven hawk hazel head heart heath heather hedge hill hills holiday
holly holmes hood hook hope horn house hunt hunter husband ireland iris irons ivory ivy jack jade
jay jean jewel jolly joy judge june justice keen key keys king kirk kitchen knight lake lamb lance
land lane large lark lavender law lawless lay leach leaf lee lily link little locke lodge long lord
love low luck major man manly mark marsh marshall martin mason masters may meadow meadows melody
mercy merry miles mill miller mills mint misty monday money monk moon moor moore moss mustard myrtle
nail neighbour new noble noon north nurse oak old olive opal page pace paine pain palmer park parker
parks parrot parsons pat patience peace peach peak pearl pease peel penny pepper perry pike piper
pitt place plant plumb pool poole poor pope poppy porter posey post potter potts pound powers power
pratt precious price prince prior prudence purity quick rae rain randall ransom ray read ready reason
redman reed reeve reeves rich rice ridge ring ripple river rivers rob robin rock rod roof rose rowan
royal ruby rule rush rusty sage sale salt sands sandy savage savannah sawyer saint self senior serene
sergeant sharp shepherd short shore silver sims singer skinner skip sky slater small smart smith
snow sparrow speed spring square stack staff star steel steele sterling stern stone storey storm
street strong stubbs sue summer summers sunday sunny swan sweet swift tanner taylor temple tender
thorn tiller town towers trace travel trinity true trust tuck turner tyler underhill van vane
victor victory violet virtue waite wake walker wall waller walls walter ward warden waters way weaver
webb weeks wells west wheeler white whiteman wild will willow wills winter winters wise wolf wood
woods words work worth wren wright yard york young youngman yew max art rob don jo ally
charity clement grove hale paige price pride storm reading rugby wells bath barrow bury poole sale
""")

# Common forenames in England today and a generation ago, of every origin that staff rooms know.
# Names that are everyday words, towns or months are left out on purpose.
FORENAMES = _list("""
aaliyah aaron abbie abby abdul abdullah abigail adam adele adeel adil adrian agnes agnieszka ahmed
aidan aileen aimee aisha akash alan alana alastair albert alec aled alejandro aleksandra alex
alexander alexandra alexis alfie alfred ali alice alicia alina alisha alison alistair allan allison
alyson amanda amara amelia amina aminah amir amit amy ana anastasia andrea andreea andrew andrzej
andy angela angie angus anika anil anisa anita anjali ann anna annabel anne anneka annette annie
anthea anthony antonio anya archie ariana arif arjun arthur asha ashley ashleigh asif asim audrey
ava ayaan ayesha ayisha aysha aziz barbara barry beata beatrice becky belinda ben benjamin bernadette
bernard bethan bethany beverley bilal bogdan bradley brandon brenda brendan brian bridget brigid
bronwen bryan bryony caitlin callum cameron camilla cara carl carla carly carmel caroline carolyn
carrie cassandra catherine cathy catrin cecilia chantelle charles charlene charlie charlotte chanel
chelsey cheryl chinedu chioma chloe chris christina christine christopher ciara ciaran cindy claire
clare clarissa claudia clive clodagh colette colin colleen connor conor corinne courtney craig cristina
curtis cynthia dafydd damian damien daniel daniela danielle danny daphne darren darius daryl david
dawid dawud dean debbie deborah debra declan deepak deirdre delia demi denise dennis derek desmond
dev diana diane dilip dina dmitri dominic dominika donald donna doreen doris dorota dorothy douglas
duncan dylan eamon ebony eddie edith edmund eduardo edward edwina eileen elaine eleanor elena elias
elijah elise elizabeth ella ellen ellie elliot elliott eloise elsie emily emir emma emmanuel eric
erica erin erika esme esther ethan eugene eva evan evelyn ewa ewan fahad faisal farah farhana farida
fatima fatimah fatou felicity femi ffion fiona florence folake frances francesca francis freddie
frederick freya funmi gabriel gabriela gareth gary gavin gayle gemma geoff geoffrey george georgia
georgina gerald geraldine gerard ghulam gillian gina giovanni gladys glenda gloria glynis gordon
graeme graham grainne greg gregory greta gurpreet gwen gwyneth habib hafsa hamza hannah harinder
harjit harold harpreet harriet harry haroon hasan hassan hayley hazel helen helena henry hilary hilda
howard hugh hugo humaira hussain hussein huw iain ian ibrahim imani imogen imran ines ingrid ioana
iqra irena irene isaac isabel isabella isabelle isha isla ismail ivan iwan izabela jackie jacob
jacqueline jacqui jaden jagdeep jake jakub jamal james jamie jamila jan jane janet janice janine
jared jasmin jasmine jason jaspreet javed jayden jayne jeanette jeff jeffrey jemima jenna jennifer
jenny jeremy jerome jesse jessica jill jillian jim jimmy jitendra joan joann joanna joanne jodie joe
joel joely john johnny jon jonah jonathan jonny jordan joseph josephine josh joshua joyce juan
judith judy julia julian julie juliet justin justyna justine kaleb kamal kamila kamran karen karim
karina karl karolina kasia kate katarzyna katherine kathleen kathryn kathy katie katrina katy kavita
kayla kayleigh keeley keira keisha keith kelly kelsey ken kenneth kenny kerry kevin keziah khadija
khalid kiera kieran kim kimberley kiran kirsten kirsty krishna kristina krystyna krzysztof kulwinder
kwame kyle lakshmi lara latifa laura lauren laurence lawrence layla leah leanne leila lena leo leon
leona leonard leroy lesley leslie lewis liam libby lilian lillian linda lindsay lindsey lisa liz lloyd
logan lois lorna lorraine louis louisa louise lucas lucia lucy luis lukasz luke lydia lynda lyndsey
lynette lynn lynne madeleine madison maggie magdalena mahmood mahmoud maisie malcolm malgorzata malik
mandy manjit manpreet marc marcia marcin marcus margaret maria mariam marian marianne marie marilyn
mario marion marjorie marlene marta martha martyn mary maryam mateusz mateo matilda matt matthew
maureen maurice maxine maya meera megan meghan mehmet mel melanie melinda melissa meryl mia michaela
michael michal michele michelle miguel mihai mike mila millie milly minal miranda miriam mohamed mohammad
mohammed mohamud moira mollie molly mona monica monika morag morgan moses muhammad muna muriel musa
mustafa myra nadia nadine naila nancy naomi narinder nasreen natalia natalie natasha nathan nathaniel
naveed neelam neema neil nicholas nick nicki nicky nicola nicole nigel nihal nikita nikki nina nisha
noah noel noor nora noreen norma norman nuala obinna oksana oliver olivia olu oluwaseun omar oscar
osman owen pamela parveen patel patricia patrick patryk paul paula pauline pawel payal pete peter
petra philip philippa phillip phoebe phyllis pippa piotr piers polly pradeep pritesh priti priya
priyanka quentin rabia rachael rachel rachelle radoslaw rafal rafiq raheem rahul raj rajesh rajinder
ralph ramesh ramona rania raquel rashid raul ravi raymond rebecca rebekah reece reena reggie reginald
rehana renata rhiannon rhian rhys richard ricky rita riya robbie robert roberta rochelle roderick
rodney roger rohan roisin roland ron ronald ronan rory rosa rosalind rosaleen rosemary rosie ross
rowena roxanne roy rubina rukhsana rupert russell ruth ryan sabina sabrina sadia safa said saima
sajid saleem sally salma sam samantha samina samir samira samuel sana sandeep sandra sanjay sanjeev
sara sarah sarita sasha satnam saul scarlett scott sean sebastian selina serena shabana shabnam
shahid shaheen shakila shamim shane shannon shanice sharon shaun shauna shazia sheena sheila shelley
shirley shreya sian sidney siobhan simon simone sinead sofia sohail sonal sonia sophia sophie stacey
stanley stefan stella stephanie stephen steve steven stewart stuart subhan sukhdeep sukhi suki suman
sumaira sunil sunita suresh surinder susan susanna susannah suzanne svetlana sylvia tabitha tahir
tahira tamara tamsin tanisha tanya tara tariq tasha tayyab ted teresa terence terri terry tessa thandi
thea thelma theo theodore theresa thomas tia tiffany tim timothy tina toby tom tomasz tommy toni
tony tracey tracy trevor tricia trisha trudy tunde uma umar usha usman valentina valerie vanessa
vera verity veronica vicki vickie vicky vijay vikram vincent viola vivian vivien vivienne wanda
wasim wayne wendy wesley wiktoria wilfred william winifred xanthe yasin yasmeen yasmin yasmine yolanda
yousef yusuf yvette yvonne zac zach zachary zahra zahid zain zainab zara zeeshan zeinab zoe zofia
zubair zuzanna
""")

# Kinds of bodies, meetings, papers and schemes: a run that ends so is not a person.
ORGANISATION_NOUNS = _list("""
academy act act's action acts agency agencies alliance approach assembly assessment assessments
association authorities authority award board boards bulletin bureau cabinet campaign charity charter
clinic club code commission commissioner committee conference conferences consortium contract council
councils department directorate directive division duty enquiries enquiry event executive
federation first forum foundation framework fund government group groups guidance handbook hub
initiative inquiry inspectorate institute index law laws learning line lines list manual meeting
meetings mechanism ministry model network networks office order orders organisation panel panels
partners partnership partnerships plan plans pledge policy procedure procedures process programme
programmes project projects protocol protocols quality referral referrals region register report
reports review reviews scheme schemes scorecard sector service services society standards start
strategy strategies support survey system systems team teams toolkit training trust trusts union unit
units university week workshop
""")

# What stands after the name of a small place.
PLACE_NOUNS = _list("""
road rd street lane avenue ave close crescent grove terrace mews estate estates ward wards flats
village primary infant infants junior juniors high grammar academy college school schools nursery
surgery centre center hospital hospice hostel library park lodge court towers tower church mosque
chapel synagogue temple refuge playground station
""")

# Words that carry a capital in the field without naming anybody. Plurals in -s come by themselves.
KNOWN_WORDS = _list("""
a about above academic academy access accident accommodation accountability across act action active
activity acute add additional adolescent adolescents adoption adult adults advanced advice advisory
advocacy advocate after again against age aged agency agencies agenda agreed agreement all alcohol
also although always am amber among an analysis analyst and annual another answer any anyone approach
apprentice are area areas around art as ask asked assertive assessed assessment assistant
assurance at attendance audit auditor auditors audits authority autism available aware awareness away
baby back bank base based be because bed been before behaviour being best better between bill birth
board boards body both briefing british bronze budget bulletin bureau business but by cabinet call
came camhs campus can capacity care cared carer carers caring case casework cases catch central
centre centres chair chairs change changes charter check chief child childcare childhood childminder
childminding children childrens choice christmas christian chronology citizens city class clear
clerk clinic clinical close club code college colleagues commission commissioner commissioners
commissioning committee common communication community company complaint complaints complex
compliance concern concerns conduct conference conferences connected connections constabulary
consultant consultation contact contacts continuing contract control coordinator co-ordinator core
corporate council councillor councillors councils counsellor counselling county court cover create
crime criminal crisis critical crown culture curriculum customer daily data date day days decision
decisions deep delivery democratic department deputy designated desk detective development did
difference digital direct direction director directors directorate directory disability disabilities
disabled discharge discussion district diversity do doctor document documents does domestic door dr
drop drug drugs dual due duty each earlier early easter eastern edge education educational eight
either elected electronic eleven emergency emotional employee employment end enforcement england
english enquiry enquiries entry equal equality equalities escalation europe european evaluation even
evening event events every everybody everyone everything evidence exclusion executive expert external
facebook facilitator factor fair faith families family far father fathers federation feedback few
field fifteen fifty final finally finance financial finding first five focus follow following for
form formal forty forum forward foster fostering foundation four fourth framework free friday friend
from front frontline full fund further future gateway general get give given go goal gold good
governance governing government governor governors gp graded great greater green grievance group
groups guardian guidance guide had half hand handover has have having he head heads headteacher health
healthy hear hearing help helping helpline her here high higher his holiday home homelessness homes
honest honestly hospital hospice hospitals hour house housing how however hub human i idea if immediate
impact improvement improving in incident inclusion independent index individual induction infant
influence information initial initiative innovation inspection inspector inspectorate instead
institute integrated intake intelligence intensive interagency interim internal internet
interview into introduction investigation investigations investment involvement is islam islamic
it item its jewish job joined joint judge judicial junior just justice keep key keyworker kind
kinship know knowledge last later law lead leader leaders leadership leading learner learning least
leaving legal less lessons let letter level levels liaison library licensing life like line link
linked link list listening little local locality lone long look looked looking low magistrate
magistrates main make makes man managed management manager managers managing many map mapping
market matter matters mayor me measure media mediation medical meeting meetings member members memory
men mental mentor mentoring method midwife midwifery midwives military mind ministry minister minute
missing mobile model modern monday month monthly more morning most mother mothers much multi multiagency
muslim must my national nearly need needs neglect neighbourhood neonatal network never new newborn
newly newsletter next nhs night nine no nobody none north northern not note notes nothing notice
notification now number nurse nursery nurses nursing nutrition objective obstetric occupational of
off offender offending offer office officer officers official often ofsted older on once one ongoing
only onto open opening operation operational operations opportunity or order organisation other our
out outcome outcomes outreach over overall overview own ownership pack paediatric paediatrician panel
panels paper parent parental parenting parents parish parliament parliamentary part participation
partner partners partnership partnerships pastoral path pathway pathways patient pay peer peers pen
people per performance performing permanence permanency person personal personnel phase physical pilot
place placement placements plan planning plans play please plus point police policies policy political
pool population portfolio positive post postnatal practical practice practitioner practitioners pre
pregnancy premises prep preparation pressure preventative prevention preventing primary principal
priorities prioritisation priority prison private probation problem procedure procedures process
professional professionals profile programme programmes progress project projects prosecution
protection protocol protocols provider providers provision psychiatry psychological psychologist
psychology public published pupil pupils qualified quality quarter quarterly question questions quick
quiet race ramadan rapid rather reach read ready real really reason receiving reception recommendation
record recording records recovery recruitment red reduction referral referrals reform refuge refugee
regional register registered registrar regulation relationship relationships release religious
remand report reporting reports representative rescue research residential resilience resource
resources respite response responsibility responsible restorative results retention return review
reviewing reviews right rights risk road role roma room royal rural safe safeguarding safer safety
same sanctuary saturday say says scheme school schools score scorecard screening scrutiny second
secondary secretary section sector secure security see self senior sense sensory serious service
services session sessions set seven several sexual shared sharing she shift short should show
sickness sight silver similar since single six skills sleep small smoking so social society solicitor
some somebody someone something sometimes south southern spd speak speakers special specialist speech
sport staff stage standard standards standing start starting state statement statements station status
statutory step still stories story strand strategic strategies strategy street strength strengthening
strengths stress structure student students study substance such sufficiency summary summer sunday
supervised supervising supervision supervisor support supported supporting sure surgery survey
surveys sustainable system systems table take talk talking target targeted task teacher teachers
teaching team teams technical technology teenage telephone ten tenancy term terms tests than thank
that the theatre their theme themes then therapeutic therapist therapy there therefore these they
thing things think third this those though thought three threshold thresholds through thursday tier
time timetable to together told too tool toolkit top total toward towards town tracker trade
traded trafficking trained trainer training transfer transformation transition transitions transport
trauma traveller travellers treatment tribunal triage troubled trust trustees trusts tuesday turning
tutor twelve twenty two under understanding unified union unit universal university unless until up
update upper urgent us use user users vacancy value values very victim victims video view views
violence virtual vision visit visiting visitor visitors visits vital voice voices voluntary volunteer
vulnerable vulnerability wait waiting walk wales ward was watch we website wednesday week weekend
weekly weeks welcome welfare well wellbeing well-being welsh were west western what when whenever
where whether which while who whole whose why wider will winter wish with within without woman women
word words work worker workers workforce working workload workplace works workshop worry would year
years yes yet you young your youth zero zone
january february march april may june july august september october november december spring autumn
mon tue tues wed thu thur thurs fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec
one's britain uk europe irish scottish scotland ireland london midlands yorkshire lancashire cheshire
cumbria merseyside humber pennine greater polish urdu punjabi bengali gujarati arabic somali romanian
hungarian czech slovak portuguese spanish french german italian chinese mandarin cantonese farsi kurdish
pashto tamil hindi turkish albanian ukrainian russian lithuanian latvian bulgarian african asian
caribbean pakistani bangladeshi indian chinese european syrian afghan iraqi iranian eritrean sudanese
hindu sikh buddhist catholic anglican methodist quaker diwali eid lent christmas hanukkah ramadan
pentecostal jehovah
god internet google skype outlook excel powerpoint windows facebook twitter whatsapp youtube snapchat
instagram blackberry ipad iphone laptop wifi android xbox playstation minecraft
ofsted cafcass camhs connexions barnardo barnardos nspcc childline samaritans relate shelter crimestoppers
unison citizens mencap scope mind barnados
munro laming climbie climbié savile plowden kennedy marmot tickell eileen's frasers fraser gillick
liquidlogic carefirst mosaic protocol swift paris systmone framework-i frameworki
asperger asperger's down's tourette merlin
prevent channel marac mappa mash lado signs headlines
sometime midweek overnight teatime bedtime
mum mums mummy dad dads daddy nan nana gran grandad grandma grandmother grandfather auntie aunt uncle
brother sister stepfather stepmother stepdad stepmum baby toddler sibling siblings granny
m0 m1 m2
""")

# Longer names of the field, laws, schemes and public people: spans inside them are no marks.
KNOWN_PHRASES = _phrases("""
eileen munro
professor munro
munro review
munro report
lord laming
lord carlile
victoria climbié
victoria climbie
peter connelly
daniel pelka
jimmy savile
baby peter
baby p
sir michael wilshaw
michael wilshaw
fraser guidelines
fraser competence
fraser competent
gillick competence
gillick competent
sarah's law
clare's law
jimmy mizen
webster stratton
webster-stratton
triple p
family links
homestart
home start
home-start
sure start
barnardo's
dr barnardo
action for children
children's society
women's aid
victim support
mary seacole trust
mary ward
freedom programme
caldicott guardian
john lewis
brook advisory
care first
mother and baby
children act
working together
every child matters
signs of safety
think family
troubled families
pupil referral unit
st john ambulance
st john's ambulance
prince's trust
princes trust
duke of edinburgh
newton europe
bristol stool
graded care profile
strengthening families
solihull approach
solihull parenting
edinburgh postnatal
edinburgh scale
local government association
health and social care act
virgin care
christmas day
boxing day
bank holiday
new year
good friday
easter monday
""")

# Councils, counties and countries: larger than or as large as the council under review.
AUTHORITIES = _list("""
barking barnet barnsley bedford bedfordshire bexley birmingham blackburn blackpool bolton bournemouth
bracknell bradford brent brighton bristol bromley buckinghamshire bury calderdale cambridgeshire
camden cheshire cornwall coventry croydon cumbria darlington derby derbyshire devon doncaster dorset
dudley durham ealing enfield essex gateshead gloucestershire greenwich hackney halton hammersmith
hampshire haringey harrow hartlepool havering herefordshire hertfordshire hillingdon hounslow hull
islington kensington kent kingston kirklees knowsley lambeth lancashire leeds leicester leicestershire
lewisham lincolnshire liverpool luton manchester medway merton middlesbrough newcastle newham norfolk
northamptonshire northumberland nottingham nottinghamshire oldham oxfordshire peterborough plymouth
portsmouth reading redbridge redcar richmond rochdale rotherham rutland salford sandwell sefton
sheffield shropshire slough solihull somerset southampton southend southwark staffordshire stockport
stockton stoke suffolk sunderland surrey sutton swindon tameside telford thurrock torbay trafford
wakefield walsall wandsworth warrington warwickshire westminster wigan wiltshire windsor wirral
wokingham wolverhampton worcestershire york yorkshire england wales scotland ireland britain europe
london france germany spain italy poland romania pakistan india bangladesh somalia nigeria syria
afghanistan iraq iran albania vietnam china jamaica america australia africa asia ukraine portugal
""")

# Posts that many people hold, though a short roster may know only one of them.
GENERIC_TITLES = _phrases("""
social worker
senior social worker
newly qualified social worker
advanced practitioner
team manager
service manager
family support worker
early help worker
independent reviewing officer
conference chair
health visitor
school nurse
midwife
doctor
nurse
therapist
general practitioner
gp
head teacher
headteacher
deputy head
deputy head teacher
designated safeguarding lead
teacher
teaching assistant
nursery worker
childcare worker
police officer
police constable
police sergeant
detective constable
detective sergeant
probation officer
youth offending worker
youth worker
adult services worker
housing officer
substance misuse worker
voluntary sector worker
foster carer
business support officer
administrator
commissioner
senior leader
councillor
manager
practitioner
peer
officer
""")

POSTCODE_AREAS = frozenset("""
AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN
EX FK FY G GL GU HA HD HG HP HR HS HU HX IG IP IV KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG
NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ
TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE GY JE IM
""".split())
