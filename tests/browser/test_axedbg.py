import time
from tests.browser.test_accessibility import school, window, shared_folders, private_folders, Role, pytestmark
def test_dbg(school, window):
    for who,addr in ((Role.OWNER,"/portfolio/"),(Role.ADMIN,"/schedule/"),(Role.OWNER,"/portfolio/outcomes/new/")):
        r=school.ask(who,addr)
        window.problems(r, own=True)
        p=window.page
        print(p.evaluate("axe.getRules().slice(0,2)"))
        print(p.evaluate("axe._audit.rules.filter(r=>!['serious','critical'].includes(r.impact)).map(r=>r.id+':'+r.impact)"))
        for opt in ('{resultTypes:["violations"],iframes:false}', '{resultTypes:["violations"],iframes:false,runOnly:["wcag2a","wcag2aa","wcag21a","wcag21aa"]}','{resultTypes:["violations"],iframes:false,rules:Object.fromEntries(axe._audit.rules.filter(r=>!["serious","critical"].includes(r.impact)).map(r=>[r.id,{enabled:false}]))}','{resultTypes:["violations"],iframes:false,rules:{"color-contrast":{enabled:false}}}'):
            ts=[]
            for i in range(5):
                t=time.perf_counter(); p.evaluate("async (o)=>{await axe.run(document,%s); return 1}"%opt); ts.append(time.perf_counter()-t)
            print(addr, min(ts), opt[:120])
