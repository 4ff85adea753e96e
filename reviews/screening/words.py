"""Word lists for ``screening``: data only, lower case, kept by hand.

General words of the field, never words of one review: those come by its roster.
"""


def _list(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(line.strip() for line in text.splitlines() if line.strip())


# Forenames and surnames that are also everyday words: never a mark alone.
ORDINARY_NAMES = _list("""
abbott ally amber angel april archer art ash august autumn baker ball banks barber
barker barrow bath bean bell berry best bill bird bishop black blake bliss blossom
blue bob bond bone booth bow bower bowling bridge bridges brook brooks brown bull burn
burns bury bush butcher butler cannon carol carpenter carr carter case cash castle
chamber chambers chance charity chase cherry chester child childs chip christian
church clay clement cliff cole constable constance cook cooper cope cotton court cox
craft crane crisp cross crystal daisy dale dawn day days dean dear dell denim dinner
dolly don drake draper drew drummer duke earl early east english ernest eve faith
farmer fern field fields finch fisher flint flower flowers foot ford forest foster fox
frank freeman french frost gale gardener gardner garland gates gay gem gene gift glen
glover gold good goodman grace grant gray green greenwood grey grove guest gun guy
hale hall hand hands harmony hart haven hawk hazel head heart heath heather hedge hill
hills holiday holly holmes hood hook hope horn house hunt hunter husband ireland iris
irons ivory ivy jack jade jay jean jewel jo jolly joy judge june justice keen key keys
king kirk kitchen knight lake lamb lance land lane large lark lavender law lawless lay
leach leaf lee lily link little locke lodge long lord love low luck major man manly
mark marsh marshall martin mason masters max may meadow meadows melody mercy merry
miles mill miller mills mint misty monday money monk moon moor moore moss mustard
myrtle nail neighbour new noble noon north nurse oak old olive opal pace page paige
pain paine palmer park parker parks parrot parsons pat patience peace peach peak pearl
pease peel penny pepper perry pike piper pitt place plant plumb pool poole poor pope
poppy porter posey post potter potts pound power powers pratt precious price pride
prince prior prudence purity quick rae rain randall ransom ray read reading ready
reason redman reed reeve reeves rice rich ridge ring ripple river rivers rob robin
rock rod roof rose rowan royal ruby rugby rule rush rusty sage saint sale salt sands
sandy savage savannah sawyer self senior serene sergeant sharp shepherd shore short
silver sims singer skinner skip sky slater small smart smith snow sparrow speed spring
square stack staff star steel steele sterling stern stone storey storm street strong
stubbs sue summer summers sunday sunny swan sweet swift tanner taylor temple tender
thorn tiller towers town trace travel trinity true trust tuck turner tyler underhill
van vane victor victory violet virtue waite wake walker wall waller walls walter ward
warden waters way weaver webb weeks wells west wheeler white whiteman wild will willow
wills winter winters wise wolf wood woods words work worth wren wright yard yew york
young youngman
""")

# Common forenames in England today and a generation ago, of every origin.
# Names that are everyday words, towns or months are left out on purpose.
FORENAMES = _list("""
aaliyah aaron abbie abby abdul abdullah abigail adam adeel adele adil adrian agnes
agnieszka ahmed aidan aileen aimee aisha akash alan alana alastair albert alec aled
alejandro aleksandra alex alexander alexandra alexis alfie alfred ali alice alicia
alina alisha alison alistair allan allison alyson amanda amara amelia amina aminah
amir amit amy ana anastasia andrea andreea andrew andrzej andy angela angie angus
anika anil anisa anita anjali ann anna annabel anne anneka annette annie anthea
anthony antonio anya archie ariana arif arjun arthur asha ashleigh ashley asif asim
audrey ava ayaan ayesha ayisha aysha aziz barbara barry beata beatrice becky belinda
ben benjamin bernadette bernard bethan bethany beverley bilal bogdan bradley brandon
brenda brendan brian bridget brigid bronwen bryan bryony caitlin callum cameron
camilla cara carl carla carly carmel caroline carolyn carrie cassandra catherine cathy
catrin cecilia chanel chantelle charlene charles charlie charlotte chelsey cheryl
chinedu chioma chloe chris christina christine christopher ciara ciaran cindy claire
clare clarissa claudia clive clodagh colette colin colleen connor conor corinne
courtney craig cristina curtis cynthia dafydd damian damien daniel daniela danielle
danny daphne darius darren daryl david dawid dawud dean debbie deborah debra declan
deepak deirdre delia demi denise dennis derek desmond dev diana diane dilip dina
dmitri dominic dominika donald donna doreen doris dorota dorothy douglas duncan dylan
eamon ebony eddie edith edmund eduardo edward edwina eileen elaine eleanor elena elias
elijah elise elizabeth ella ellen ellie elliot elliott eloise elsie emily emir emma
emmanuel eric erica erika erin esme esther ethan eugene eva evan evelyn ewa ewan fahad
faisal farah farhana farida fatima fatimah fatou felicity femi ffion fiona florence
folake frances francesca francis freddie frederick freya funmi gabriel gabriela gareth
gary gavin gayle gemma geoff geoffrey george georgia georgina gerald geraldine gerard
ghulam gillian gina giovanni gladys glenda gloria glynis gordon graeme graham grainne
greg gregory greta gurpreet gwen gwyneth habib hafsa hamza hannah harinder harjit
harold haroon harpreet harriet harry hasan hassan hayley hazel helen helena henry
hilary hilda howard hugh hugo humaira hussain hussein huw iain ian ibrahim imani
imogen imran ines ingrid ioana iqra irena irene isaac isabel isabella isabelle isha
isla ismail ivan iwan izabela jackie jacob jacqueline jacqui jaden jagdeep jake jakub
jamal james jamie jamila jan jane janet janice janine jared jasmin jasmine jason
jaspreet javed jayden jayne jeanette jeff jeffrey jemima jenna jennifer jenny jeremy
jerome jesse jessica jill jillian jim jimmy jitendra joan joann joanna joanne jodie
joe joel joely john johnny jon jonah jonathan jonny jordan joseph josephine josh
joshua joyce juan judith judy julia julian julie juliet justin justine justyna kaleb
kamal kamila kamran karen karim karina karl karolina kasia katarzyna kate katherine
kathleen kathryn kathy katie katrina katy kavita kayla kayleigh keeley keira keisha
keith kelly kelsey ken kenneth kenny kerry kevin keziah khadija khalid kiera kieran
kim kimberley kiran kirsten kirsty krishna kristina krystyna krzysztof kulwinder kwame
kyle lakshmi lara latifa laura lauren laurence lawrence layla leah leanne leila lena
leo leon leona leonard leroy lesley leslie lewis liam libby lilian lillian linda
lindsay lindsey lisa liz lloyd logan lois lorna lorraine louis louisa louise lucas
lucia lucy luis lukasz luke lydia lynda lyndsey lynette lynn lynne madeleine madison
magdalena maggie mahmood mahmoud maisie malcolm malgorzata malik mandy manjit manpreet
marc marcia marcin marcus margaret maria mariam marian marianne marie marilyn mario
marion marjorie marlene marta martha martyn mary maryam mateo mateusz matilda matt
matthew maureen maurice maxine maya meera megan meghan mehmet mel melanie melinda
melissa meryl mia michael michaela michal michele michelle miguel mihai mike mila
millie milly minal miranda miriam mohamed mohammad mohammed mohamud moira mollie molly
mona monica monika morag morgan moses muhammad muna muriel musa mustafa myra nadia
nadine naila nancy naomi narinder nasreen natalia natalie natasha nathan nathaniel
naveed neelam neema neil nicholas nick nicki nicky nicola nicole nigel nihal nikita
nikki nina nisha noah noel noor nora noreen norma norman nuala obinna oksana oliver
olivia olu oluwaseun omar oscar osman owen pamela parveen patel patricia patrick
patryk paul paula pauline pawel payal pete peter petra philip philippa phillip phoebe
phyllis piers piotr pippa polly pradeep pritesh priti priya priyanka quentin rabia
rachael rachel rachelle radoslaw rafal rafiq raheem rahul raj rajesh rajinder ralph
ramesh ramona rania raquel rashid raul ravi raymond rebecca rebekah reece reena reggie
reginald rehana renata rhian rhiannon rhys richard ricky rita riya robbie robert
roberta rochelle roderick rodney roger rohan roisin roland ron ronald ronan rory rosa
rosaleen rosalind rosemary rosie ross rowena roxanne roy rubina rukhsana rupert
russell ruth ryan sabina sabrina sadia safa saima sajid saleem sally salma sam
samantha samina samir samira samuel sana sandeep sandra sanjay sanjeev sara sarah
sarita sasha satnam saul scarlett scott sean sebastian selina serena shabana shabnam
shaheen shahid shakila shamim shane shanice shannon sharon shaun shauna shazia sheena
sheila shelley shirley shreya sian sidney simon simone sinead siobhan sofia sohail
sonal sonia sophia sophie stacey stanley stefan stella stephanie stephen steve steven
stewart stuart subhan sukhdeep sukhi suki sumaira suman sunil sunita suresh surinder
susan susanna susannah suzanne svetlana sylvia tabitha tahir tahira tamara tamsin
tanisha tanya tara tariq tasha tayyab ted terence teresa terri terry tessa thandi thea
thelma theo theodore theresa thomas tia tiffany tim timothy tina toby tom tomasz tommy
toni tony tracey tracy trevor tricia trisha trudy tunde uma umar usha usman valentina
valerie vanessa vera verity veronica vicki vickie vicky vijay vikram vincent viola
vivian vivien vivienne wanda wasim wayne wendy wesley wiktoria wilfred william
winifred xanthe yasin yasmeen yasmin yasmine yolanda yousef yusuf yvette yvonne zac
zach zachary zahid zahra zain zainab zara zeeshan zeinab zoe zofia zubair zuzanna
""")

# Kinds of bodies, meetings, papers and schemes: a run that ends so is not a person.
ORGANISATION_NOUNS = _list("""
academy act act's action acts agencies agency alliance approach assembly assessment
assessments association authorities authority award board boards bulletin bureau
cabinet campaign charity charter clinic club code commission commissioner committee
conference conferences consortium contract council councils department directive
directorate division duty enquiries enquiry event executive federation first forum
foundation framework fund government group groups guidance handbook hub index
initiative inquiry inspectorate institute law laws learning line lines list manual
mechanism meeting meetings ministry model network networks office order orders
organisation panel panels partners partnership partnerships plan plans pledge policy
procedure procedures process programme programmes project projects protocol protocols
quality referral referrals region register report reports review reviews scheme
schemes scorecard sector service services society standards start strategies strategy
support survey system systems team teams toolkit training trust trusts union unit
units university week workshop
""")

# What stands after the name of a small place.
PLACE_NOUNS = _list("""
academy ave avenue center centre chapel church close college court crescent estate
estates flats grammar grove high hospice hospital hostel infant infants junior juniors
lane library lodge mews mosque nursery park playground primary rd refuge road school
schools station street surgery synagogue temple terrace tower towers village ward
wards
""")

# Words that carry a capital in the field without naming anybody; plurals come too.
KNOWN_WORDS = _list("""
a about above academic academy access accident accommodation accountability across act
action active activity acute add additional adolescent adolescents adoption adult
adults advanced advice advisory advocacy advocate afghan african after again against
age aged agencies agency agenda agreed agreement albanian alcohol all also although
always am amber among an analysis analyst and android anglican annual another answer
any anyone apprentice approach apr april arabic are area areas around art as asian ask
asked asperger asperger's assertive assessed assessment assistant assurance at
attendance audit auditor auditors audits aug august aunt auntie authority autism
autumn available aware awareness away baby back bangladeshi bank barnados barnardo
barnardos base based be because bed bedtime been before behaviour being bengali best
better between bill birth blackberry board boards body both briefing britain british
bronze brother buddhist budget bulgarian bulletin bureau business but by cabinet
cafcass call came camhs campus can cantonese capacity care cared carefirst carer
carers caribbean caring case cases casework catch catholic central centre centres
chair chairs change changes channel charter check cheshire chief child childcare
childhood childline childminder childminding children childrens chinese choice
christian christmas chronology citizens city class clear clerk climbie climbié clinic
clinical close club co-ordinator code colleagues college commission commissioner
commissioners commissioning committee common communication community company complaint
complaints complex compliance concern concerns conduct conference conferences
connected connections connexions constabulary consultant consultation contact contacts
continuing contract control coordinator core corporate council councillor councillors
councils counselling counsellor county court cover create crime crimestoppers criminal
crisis critical crown culture cumbria curriculum customer czech dad daddy dads daily
data date day days dec december decision decisions deep delivery democratic department
deputy designated desk detective development did difference digital direct direction
director directorate directors directory disabilities disability disabled discharge
discussion district diversity diwali do doctor document documents does domestic door
down's dr drop drug drugs dual due duty each earlier early easter eastern edge
education educational eid eight eileen's either elected electronic eleven emergency
emotional employee employment end enforcement england english enquiries enquiry entry
equal equalities equality eritrean escalation europe european evaluation even evening
event events every everybody everyone everything evidence excel exclusion executive
expert external facebook facilitator factor fair faith families family far farsi
father fathers feb february federation feedback few field fifteen fifty final finally
finance financial finding first five focus follow following for form formal forty
forum forward foster fostering foundation four fourth framework framework-i frameworki
fraser frasers free french fri friday friend from front frontline full fund further
future gateway general german get gillick give given go goal god gold good google
governance governing government governor governors gp graded gran grandad grandfather
grandma grandmother granny great greater green grievance group groups guardian
guidance guide gujarati had half hand handover hanukkah has have having he head
headlines heads headteacher health healthy hear hearing help helping helpline her here
high higher hindi hindu his holiday home homelessness homes honest honestly hospice
hospital hospitals hour house housing how however hub human humber hungarian i idea if
immediate impact improvement improving in incident inclusion independent index indian
individual induction infant influence information initial initiative innovation
inspection inspector inspectorate instagram instead institute intake integrated
intelligence intensive interagency interim internal internet interview into
introduction investigation investigations investment involvement ipad iphone iranian
iraqi ireland irish is islam islamic it italian item its jan january jehovah jewish
job joined joint judge judicial jul july jun june junior just justice keep kennedy key
keyworker kind kinship know knowledge kurdish lado laming lancashire laptop last later
latvian law lead leader leaders leadership leading learner learning least leaving
legal lent less lessons let letter level levels liaison library licensing life like
line link linked liquidlogic list listening lithuanian little local locality london
lone long look looked looking low m0 m1 m2 magistrate magistrates main make makes man
managed management manager managers managing mandarin many map mappa mapping mar marac
march market marmot mash matter matters may mayor me measure media mediation medical
meeting meetings member members memory men mencap mental mentor mentoring merlin
merseyside method methodist midlands midweek midwife midwifery midwives military mind
minecraft minister ministry minute missing mobile model modern mon monday month
monthly more morning mosaic most mother mothers much multi multiagency mum mummy mums
munro muslim must my nan nana national nearly need needs neglect neighbourhood
neonatal network never new newborn newly newsletter next nhs night nine no nobody none
north northern not note notes nothing notice notification nov november now nspcc
number nurse nursery nurses nursing nutrition objective obstetric occupational oct
october of off offender offending offer office officer officers official ofsted often
older on once one one's ongoing only onto open opening operation operational
operations opportunity or order organisation other our out outcome outcomes outlook
outreach over overall overnight overview own ownership pack paediatric paediatrician
pakistani panel panels paper parent parental parenting parents paris parish parliament
parliamentary part participation partner partners partnership partnerships pashto
pastoral path pathway pathways patient pay peer peers pen pennine pentecostal people
per performance performing permanence permanency person personal personnel phase
physical pilot place placement placements plan planning plans play playstation please
plowden plus point police policies policy polish political pool population portfolio
portuguese positive post postnatal powerpoint practical practice practitioner
practitioners pre pregnancy premises prep preparation pressure prevent preventative
preventing prevention primary principal priorities prioritisation priority prison
private probation problem procedure procedures process professional professionals
profile programme programmes progress project projects prosecution protection protocol
protocols provider providers provision psychiatry psychological psychologist
psychology public published punjabi pupil pupils quaker qualified quality quarter
quarterly question questions quick quiet race ramadan rapid rather reach read ready
real really reason receiving reception recommendation record recording records
recovery recruitment red reduction referral referrals reform refuge refugee regional
register registered registrar regulation relate relationship relationships release
religious remand report reporting reports representative rescue research residential
resilience resource resources respite response responsibility responsible restorative
results retention return review reviewing reviews right rights risk road role roma
romanian room royal rural russian safe safeguarding safer safety samaritans same
sanctuary sat saturday savile say says scheme school schools scope score scorecard
scotland scottish screening scrutiny second secondary secretary section sector secure
security see self senior sense sensory sep sept september serious service services
session sessions set seven several sexual shared sharing she shelter shift short
should show sibling siblings sickness sight signs sikh silver similar since single
sister six skills skype sleep slovak small smoking snapchat so social society
solicitor somali some somebody someone something sometime sometimes south southern
spanish spd speak speakers special specialist speech sport spring staff stage standard
standards standing start starting state statement statements station status statutory
step stepdad stepfather stepmother stepmum still stories story strand strategic
strategies strategy street strength strengthening strengths stress structure student
students study substance such sudanese sufficiency summary summer sun sunday
supervised supervising supervision supervisor support supported supporting sure
surgery survey surveys sustainable swift syrian system systems systmone table take
talk talking tamil target targeted task teacher teachers teaching team teams teatime
technical technology teenage telephone ten tenancy term terms tests than thank that
the theatre their theme themes then therapeutic therapist therapy there therefore
these they thing things think third this those though thought three threshold
thresholds through thu thur thurs thursday tickell tier time timetable to toddler
together told too tool toolkit top total tourette toward towards town tracker trade
traded trafficking trained trainer training transfer transformation transition
transitions transport trauma traveller travellers treatment triage tribunal troubled
trust trustees trusts tue tues tuesday turkish turning tutor twelve twenty twitter two
uk ukrainian uncle under understanding unified union unison unit universal university
unless until up update upper urdu urgent us use user users vacancy value values very
victim victims video view views violence virtual vision visit visiting visitor
visitors visits vital voice voices voluntary volunteer vulnerability vulnerable wait
waiting wales walk ward was watch we website wed wednesday week weekend weekly weeks
welcome welfare well well-being wellbeing welsh were west western what whatsapp when
whenever where whether which while who whole whose why wider wifi will windows winter
wish with within without woman women word words work worker workers workforce working
workload workplace works workshop worry would xbox year years yes yet yorkshire you
young your youth youtube zero zone
""")

# Longer names of the field, laws, schemes, public people: no marks inside them.
KNOWN_PHRASES = _phrases("""
eileen munro
professor eileen munro
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
afghanistan africa albania america asia australia bangladesh barking barnet barnsley
bedford bedfordshire bexley birmingham blackburn blackpool bolton bournemouth
bracknell bradford brent brighton bristol britain bromley buckinghamshire bury
calderdale cambridgeshire camden cheshire china cornwall coventry croydon cumbria
darlington derby derbyshire devon doncaster dorset dudley durham ealing enfield
england essex europe france gateshead germany gloucestershire greenwich hackney halton
hammersmith hampshire haringey harrow hartlepool havering herefordshire hertfordshire
hillingdon hounslow hull india iran iraq ireland islington italy jamaica kensington
kent kingston kirklees knowsley lambeth lancashire leeds leicester leicestershire
lewisham lincolnshire liverpool london luton manchester medway merton middlesbrough
newcastle newham nigeria norfolk northamptonshire northumberland nottingham
nottinghamshire oldham oxfordshire pakistan peterborough plymouth poland portsmouth
portugal reading redbridge redcar richmond rochdale romania rotherham rutland salford
sandwell scotland sefton sheffield shropshire slough solihull somalia somerset
southampton southend southwark spain staffordshire stockport stockton stoke suffolk
sunderland surrey sutton swindon syria tameside telford thurrock torbay trafford
ukraine vietnam wakefield wales walsall wandsworth warrington warwickshire westminster
wigan wiltshire windsor wirral wokingham wolverhampton worcestershire york yorkshire
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

# What a post is called by its last word, and words before it: masked beside a name.
POST_NOUNS = _list("""
advisor adviser chair clerk coach constable consultant co-ordinator coordinator dentist
director doctor governor gp head inspector judge leader magistrate matron mentor midwife
officer paediatrician psychiatrist psychologist receptionist secretary sergeant
solicitor superintendent supervisor teacher therapist tutor visitor worker manager lead
nurse
""")
POST_WORDS = _list("""
acting advanced area assistant associate chief clinical community conference consultant
deputy designated detective district early education executive family general group head
health help interim lead link locality named operational practice principal professional
school senior service social specialist strategic support team ward youth
""")

POSTCODE_AREAS = _list("""
AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN
DT DY E EC EH EN EX FK FY G GL GU HA HD HG HP HR HS HU HX IG IP IV KA KT KW KY L LA LD
LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE
SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS
WV YO ZE GY JE IM
""")
