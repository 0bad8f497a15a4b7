"""The pinned public files that derived tables are computed from."""

from dataclasses import dataclass


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
    Source(
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
        tables=("matrisome_pairs", "matrix_gene_pairs"),
        also=(MATRISOME,),
    ),
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
)
