#include "runtime/imzml/vocabulary.h"

namespace fanfold::imzml::vocabulary {
namespace {

using enum TermValue;

// Several parents of a program (its maker, what it is for) all lie below "software"; one is enough.
constexpr VocabularyTerm k_terms[] = {
    {ms(1000531), "software"},
    {ms(1000532), "Xcalibur", ms(1000531)},
    {ms(1000533), "Bioworks", ms(1000531)},
    {ms(1000534), "MassLynx", ms(1000531)},
    {ms(1000535), "FlexAnalysis", ms(1000531)},
    {ms(1000536), "Data Explorer", ms(1000531)},
    {ms(1000537), "4700 Explorer", ms(1000531)},
    {ms(1000538), "massWolf", ms(1000531)},
    {ms(1000539), "Voyager Biospectrometry Workstation System", ms(1000531)},
    {ms(1000540), "FlexControl", ms(1000531)},
    {ms(1000541), "ReAdW", ms(1000531)},
    {ms(1000542), "MzStar", ms(1000531)},
    {ms(1000551), "Analyst", ms(1000531)},
    {ms(1000553), "Trapper", ms(1000531)},
    {ms(1000591), "MzWiff", ms(1000531)},
    {ms(1000600), "Proteios", ms(1000531)},
    {ms(1000601), "ProteinLynx Global Server", ms(1000531)},
    {ms(1000615), "ProteoWizard software", ms(1000531)},
    {ms(1000650), "Proteome Discoverer", ms(1000531)},
    {ms(1000659), "4000 Series Explorer Software", ms(1000531)},
    {ms(1000661), "GPS Explorer", ms(1000531)},
    {ms(1000662), "LightSight Software", ms(1000531)},
    {ms(1000663), "ProteinPilot Software", ms(1000531)},
    {ms(1000664), "TissueView Software", ms(1000531)},
    {ms(1000665), "MarkerView Software", ms(1000531)},
    {ms(1000667), "BioAnalyst", ms(1000531)},
    {ms(1000674), "MultiQuant", ms(1000531)},
    {ms(1000678), "MassHunter Data Acquisition", ms(1000531)},
    {ms(1000680), "MassHunter Qualitative Analysis", ms(1000531)},
    {ms(1000681), "MassHunter Quantitative Analysis", ms(1000531)},
    {ms(1000685), "MassHunter Mass Profiler", ms(1000531)},
    {ms(1000689), "Agilent software", ms(1000531)},
    {ms(1000690), "SCIEX software", ms(1000531)},
    {ms(1000691), "Applied Biosystems software", ms(1000531)},
    {ms(1000692), "Bruker software", ms(1000531)},
    {ms(1000693), "Thermo Finnigan software", ms(1000531)},
    {ms(1000694), "Waters software", ms(1000531)},
    {ms(1000717), "CompassXport", ms(1000531)},
    {ms(1000718), "CompassXtract", ms(1000531)},
    {ms(1000719), "DataAnalysis", ms(1000531)},
    {ms(1000722), "flexImaging", ms(1000531)},
    {ms(1000799), "custom unreleased software tool", ms(1000531), text},
    {ms(1000817), "HyStar", ms(1000531)},
    {ms(1000871), "SRM software", ms(1000531)},
    {ms(1001455), "acquisition software", ms(1000531)},
    {ms(1001456), "analysis software", ms(1000531)},
    {ms(1001457), "data processing software", ms(1000531)},
};

}  // namespace

std::span<const VocabularyTerm> software_terms() {
  return k_terms;
}

}  // namespace fanfold::imzml::vocabulary
