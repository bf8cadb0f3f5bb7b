#include "runtime/imzml/vocabulary.h"

namespace fanfold::imzml::vocabulary {
namespace {

using enum TermValue;

// Instrument models: the makers, and those models that imaging and its neighbours use.
constexpr VocabularyTerm k_terms[] = {
    {ms(1000030), "vendor", 0, none, true},
    {ms(1000031), "instrument model"},
    {ms(1000032), "customization", ms(1000496), text},
    {ms(1000121), "SCIEX instrument model", ms(1000031)},
    {ms(1000122), "Bruker Daltonics instrument model", ms(1000031)},
    {ms(1000123), "IonSpec instrument model", ms(1000489)},
    {ms(1000124), "Shimadzu instrument model", ms(1000031)},
    {ms(1000125), "Thermo Finnigan instrument model", ms(1000483)},
    {ms(1000126), "Waters instrument model", ms(1000031)},
    {ms(1000139), "4000 QTRAP", ms(1000121)},
    {ms(1000140), "4700 Proteomics Analyzer", ms(1000495)},
    {ms(1000141), "apex IV", ms(1000122)},
    {ms(1000142), "apex Q", ms(1000122)},
    {ms(1000148), "autoflex II", ms(1000122)},
    {ms(1000149), "autoflex TOF/TOF", ms(1000122)},
    {ms(1000163), "HiRes MALDI", ms(1000123)},
    {ms(1000170), "M@LDI L", ms(1000126)},
    {ms(1000171), "M@LDI LR", ms(1000126)},
    {ms(1000177), "microflex", ms(1000122)},
    {ms(1000183), "OmniFlex", ms(1000122)},
    {ms(1000187), "Q TRAP", ms(1000121)},
    {ms(1000188), "Q-Tof micro", ms(1000126)},
    {ms(1000189), "Q-Tof Ultima", ms(1000126)},
    {ms(1000190), "QSTAR", ms(1000121)},
    {ms(1000201), "ultraflex", ms(1000122)},
    {ms(1000202), "ultraflex TOF/TOF", ms(1000122)},
    {ms(1000203), "Voyager-DE PRO", ms(1000495)},
    {ms(1000204), "Voyager-DE STR", ms(1000495)},
    {ms(1000447), "LTQ", ms(1000494)},
    {ms(1000448), "LTQ FT", ms(1000494)},
    {ms(1000449), "LTQ Orbitrap", ms(1000494)},
    {ms(1000450), "LXQ", ms(1000494)},
    {ms(1000483), "Thermo Fisher Scientific instrument model", ms(1000031)},
    {ms(1000488), "Hitachi instrument model", ms(1000031)},
    {ms(1000489), "Varian instrument model", ms(1000031)},
    {ms(1000490), "Agilent instrument model", ms(1000031)},
    {ms(1000491), "Dionex instrument model", ms(1000031)},
    {ms(1000492), "Thermo Electron instrument model", ms(1000483)},
    {ms(1000493), "Finnigan MAT instrument model", ms(1000483)},
    {ms(1000494), "Thermo Scientific instrument model", ms(1000483)},
    {ms(1000495), "Applied Biosystems instrument model", ms(1000031)},
    {ms(1000496), "instrument attribute"},
    {ms(1000529), "instrument serial number", ms(1000496), text},
    {ms(1000554), "LCQ Deca", ms(1000125)},
    {ms(1000555), "LTQ Orbitrap Discovery", ms(1000494)},
    {ms(1000556), "LTQ Orbitrap XL", ms(1000494)},
    {ms(1000557), "LTQ FT Ultra", ms(1000494)},
    {ms(1000558), "GC Quantum", ms(1000125)},
    {ms(1000578), "LCQ Fleet", ms(1000125)},
    {ms(1000602), "Shimadzu MALDI-TOF instrument model", ms(1000124)},
    {ms(1000603), "Shimadzu Scientific Instruments instrument model", ms(1000124)},
    {ms(1000604), "LCMS-IT-TOF", ms(1000603)},
    {ms(1000607), "AXIMA CFR MALDI-TOF", ms(1000602)},
    {ms(1000608), "AXIMA-QIT", ms(1000602)},
    {ms(1000609), "AXIMA-CFR plus", ms(1000602)},
    {ms(1000610), "AXIMA Performance MALDI-TOF/TOF", ms(1000602)},
    {ms(1000611), "AXIMA Confidence MALDI-TOF", ms(1000602)},
    {ms(1000612), "AXIMA Assurance Linear MALDI-TOF", ms(1000602)},
    {ms(1000632), "Q-Tof Premier", ms(1000126)},
    {ms(1000657), "QSTAR XL", ms(1000121)},
    {ms(1000854), "LTQ XL", ms(1000494)},
    {ms(1000855), "LTQ Velos", ms(1000494)},
    {ms(1000856), "LTQ Velos ETD", ms(1000494)},
};

}  // namespace

std::span<const VocabularyTerm> instrument_terms() {
  return k_terms;
}

}  // namespace fanfold::imzml::vocabulary
